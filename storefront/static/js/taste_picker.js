// The taste picker: each tick counts at once, and the list above or below it changes. Without this module the form has a button.

import { announce } from './announce.js';
import { clicked } from './journeys.js';
import { gettext as _ } from './texts.js';

const TIMEOUT_MS = 10000;

// One at a time: each says all that is ticked.
let turn = Promise.resolve();

async function send(form, at) {
  const answer = await fetch(form.action, {
    method: 'POST',
    headers: { Accept: 'application/json' },
    body: new FormData(form),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!answer.ok) throw new Error(`answer ${answer.status}`);
  clicked((await answer.json()).event_id, at);
}

document.addEventListener('change', (event) => {
  const form = event.target.closest?.('[data-picker]');
  if (!form) return;
  const at = performance.now();
  turn = turn.then(() => send(form, at)).catch(() => announce(_('Couldn’t save your change')));
});
