// What is on the wish list, as far as this document knows: for cards that are made in the browser.

const form = document.querySelector('[data-wish-form]');
const wished = new Set(form?.dataset.wishes.split('\n'));
const changed = new Map();

export const isWished = (item) => wished.has(item);

/** What this document last heard of an item: true, false, or undefined for nothing. */
export const wasChanged = (item) => changed.get(item);

export function noteWish(item, isNow) {
  changed.set(item, isNow);
  if (isNow) wished.add(item);
  else wished.delete(item);
}
