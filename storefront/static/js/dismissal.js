// "Not interested": the card disappears at once, and can be restored for some seconds. The event is sent after that, or when
// the visitor leaves or hides the page, or dismisses the next card.

import { announce } from './announce.js';
import { FOR_YOU, ITEM_DISMISSED } from './contract.js';
import { deliver, eventOf, hold, originOf, release } from './interactions.js';
import { clicked } from './journeys.js';
import { onPage } from './navigate.js';
import { railNamed } from './rails.js';
import { gettext as _ } from './texts.js';

const UNDO_MS = 5000;

const bar = document.querySelector('[data-undo]');
const words = bar.querySelector('[data-undo-words]');
const button = bar.querySelector('[data-undo-button]');

let held = null;
let timer = 0;

function dismiss(control, isByKeyboard) {
  tell();
  const card = control.closest('.card');
  const title = card.querySelector('.card__title').textContent;
  const { item } = card.dataset;
  const event = eventOf(ITEM_DISMISSED, { item, ...originOf(card) });
  hold(event);
  held = { event, restore: railNamed(FOR_YOU).remove(item) };
  words.textContent = _('We won’t recommend %(title)s again', { title });
  announce(_('%(title)s removed from your recommendations. You can undo this.', { title }));
  bar.hidden = false;
  if (isByKeyboard) button.focus();
  wait();
}

function wait() {
  clearTimeout(timer);
  timer = setTimeout(tell, UNDO_MS);
}

/** Send the event. */
function tell() {
  if (!held) return;
  const { event } = held;
  close();
  clicked(event.event_id, performance.now());
  deliver(event);
}

function undo() {
  if (!held) return;
  const { event, restore } = held;
  release(event);
  const hadFocus = bar.contains(document.activeElement);
  const card = restore();
  held = null;
  close();
  if (hadFocus) card.querySelector('.card__link').focus();
  announce(_('Back in your recommendations'));
}

function close() {
  clearTimeout(timer);
  const hadFocus = bar.contains(document.activeElement);
  bar.hidden = true;
  held = null;
  if (hadFocus) railNamed(FOR_YOU)?.heading.focus({ preventScroll: true });
}

document.addEventListener('click', (event) => {
  const control = event.target.closest?.('[data-dismiss]');
  if (!control) return;
  event.preventDefault();
  dismiss(control, event.detail === 0);
});
button.addEventListener('click', undo);
// While the pointer or the focus is on the message, it stays.
for (const name of ['pointerenter', 'focusin']) bar.addEventListener(name, () => clearTimeout(timer));
for (const name of ['pointerleave', 'focusout']) bar.addEventListener(name, () => { if (held) wait(); });
bar.addEventListener('keydown', (event) => { if (event.key === 'Escape') tell(); });
document.addEventListener('visibilitychange', () => { if (document.hidden) tell(); });
onPage(tell);
