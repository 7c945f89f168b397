// The wish list: hearts toggle at once, on every card of the item, and are kept in sync with the visitor's other pages.

import { announce } from './announce.js';
import { ITEM_UNWISHED, ITEM_WISHED, WISH_CHANGED } from './contract.js';
import { deliver, eventOf, originOf } from './interactions.js';
import { clicked } from './journeys.js';
import { onPage } from './navigate.js';
import { on } from './socket.js';
import { gettext as _ } from './texts.js';
import { noteWish, wasChanged } from './wished_items.js';

// Changes on their way to the shop: until they are there, what it says of these items is older.
const sending = new Map();

const hearts = (root = document) => root.querySelectorAll('[data-wish]');

function show(item, isWished) {
  noteWish(item, isWished);
  for (const heart of hearts()) if (heart.value === item) heart.setAttribute('aria-pressed', String(isWished));
}

async function toggle(heart) {
  const item = heart.value;
  const isWished = heart.getAttribute('aria-pressed') !== 'true';
  const event = eventOf(isWished ? ITEM_WISHED : ITEM_UNWISHED, { item, ...originOf(heart) });
  clicked(event, performance.now());
  show(item, isWished);
  announce(isWished ? _('Added to your wish list') : _('Removed from your wish list'));
  sending.set(item, event.event_id);
  const receipt = await deliver(event);
  if (sending.get(item) !== event.event_id) return;
  sending.delete(item);
  if (receipt && !receipt.accepted) {
    show(item, !isWished);
    announce(_('Couldn’t change your wish list'));
  }
}

document.addEventListener('submit', (event) => {
  if (!event.target.matches('[data-wish-form]') || !event.submitter) return;
  event.preventDefault();
  toggle(event.submitter);
});
// A click leaves the focus where it was: a list that has it would wait with its changes. Keys move it as ever.
document.addEventListener('mousedown', (event) => {
  if (event.target.closest?.('.tool')) event.preventDefault();
});
on(WISH_CHANGED, ({ item, is_wished: isWished }) => {
  if (!sending.has(item)) show(item, isWished);
});
// A page may have been rendered before the last change was stored.
onPage((main) => {
  for (const heart of hearts(main)) {
    const changed = wasChanged(heart.value);
    if (changed !== undefined) heart.setAttribute('aria-pressed', String(changed));
  }
});
