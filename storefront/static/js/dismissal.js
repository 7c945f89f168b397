// "Not interested": the card disappears from every list at once, and the shop is told at once. For some seconds it can be
// undone: then the card comes back, and the shop is told to forget it. "More like this": the list that answers is shown at
// once, even under the pointer, and the card stays where it is.

import { announce } from './announce.js';
import { FOR_YOU, ITEM_DISMISSED, ITEM_FORGOTTEN, ITEM_LIKED } from './contract.js';
import { deliver, eventOf, hold, originOf } from './interactions.js';
import { clicked } from './journeys.js';
import { onPage } from './navigate.js';
import { railNamed, removeItem } from './rails.js';
import { gettext as _ } from './texts.js';

const UNDO_MS = 5000;

const bar = document.querySelector('[data-undo]');
const words = bar.querySelector('[data-undo-words]');
const button = bar.querySelector('[data-undo-button]');

let dismissed = null;
let timer = 0;

function dismiss({ item, title, event }, isByKeyboard) {
  dismissed = { item, told: deliver(event), restore: removeItem(item) };
  words.textContent = _('We won’t recommend %(title)s again', { title });
  announce(_('%(title)s removed from your recommendations. You can undo this.', { title }));
  bar.hidden = false;
  if (isByKeyboard) button.focus();
  wait();
}

function wait() {
  clearTimeout(timer);
  timer = setTimeout(close, UNDO_MS);
}

function undo() {
  if (!dismissed) return;
  const { item, told, restore } = dismissed;
  const forgotten = eventOf(ITEM_FORGOTTEN, { item, surface: FOR_YOU });
  hold(forgotten);
  told.then(() => deliver(forgotten));
  const hadFocus = bar.contains(document.activeElement);
  const card = restore();
  dismissed = null;
  close();
  if (hadFocus) card?.querySelector('.card__link').focus();
  announce(_('Back in your recommendations'));
}

function close() {
  clearTimeout(timer);
  const hadFocus = bar.contains(document.activeElement);
  bar.hidden = true;
  dismissed = null;
  if (hadFocus) railNamed(FOR_YOU)?.heading.focus({ preventScroll: true });
}

function like({ item, title, event }) {
  railNamed(FOR_YOU).expect(item, event.event_id);
  announce(_('Showing more like %(title)s', { title }));
  deliver(event);
}

document.addEventListener('click', (click) => {
  const control = click.target.closest?.('.dismiss');
  if (!control) return;
  click.preventDefault();
  const isLike = 'like' in control.dataset;
  const card = control.closest('.card');
  const { item } = card.dataset;
  const event = eventOf(isLike ? ITEM_LIKED : ITEM_DISMISSED, { item, ...originOf(card) });
  clicked(event, performance.now());
  const choice = { item, title: card.querySelector('.card__title').textContent, event };
  if (!isLike) {
    dismiss(choice, click.detail === 0);
    return;
  }
  control.dataset.state = 'done';
  like(choice);
});
button.addEventListener('click', undo);
// While the pointer or the focus is on the message, it stays.
for (const name of ['pointerenter', 'focusin']) bar.addEventListener(name, () => clearTimeout(timer));
for (const name of ['pointerleave', 'focusout']) bar.addEventListener(name, () => { if (dismissed) wait(); });
bar.addEventListener('keydown', (event) => { if (event.key === 'Escape') close(); });
onPage(close);
