// What the visitor did last in this document, by the event's id: so that a list that answers it can say so.

import { CART_ITEM_ADDED, ITEM_DISMISSED, ITEM_LIKED, ITEM_RATED, ITEM_VIEWED, ITEM_WISHED } from './contract.js';
import { ngettext } from './texts.js';

const KEPT = 50;

const deeds = new Map();

/** Remember an event, and the product's title as the page shows it now. */
export function noteDeed({ event_id: id, kind, item }) {
  deeds.set(id, { kind, title: titleOf(item) });
  if (deeds.size > KEPT) deeds.delete(deeds.keys().next().value);
}

function titleOf(item) {
  const name = CSS.escape(item);
  const title = document.querySelector(`main [data-item="${name}"] :is(.card__title, h3), main[data-item="${name}"] h1`);
  return title?.textContent.trim() ?? '';
}

/** Say how many products are new in a list, and which of the causes led to it. */
export function newsOf(count, causes = []) {
  const { kind, title } = causes.map((cause) => deeds.get(cause)).findLast(Boolean) ?? {};
  if (title && kind === ITEM_VIEWED) {
    return ngettext('%(count)s new because you viewed %(title)s', '%(count)s new because you viewed %(title)s', count, { title });
  }
  if (title && kind === ITEM_WISHED) {
    return ngettext('%(count)s new because you wish for %(title)s', '%(count)s new because you wish for %(title)s', count, { title });
  }
  if (title && kind === CART_ITEM_ADDED) {
    return ngettext('%(count)s new because you chose %(title)s', '%(count)s new because you chose %(title)s', count, { title });
  }
  if (title && kind === ITEM_RATED) {
    return ngettext('%(count)s new because you rated %(title)s', '%(count)s new because you rated %(title)s', count, { title });
  }
  if (title && kind === ITEM_LIKED) {
    return ngettext('%(count)s new, more like %(title)s', '%(count)s new, more like %(title)s', count, { title });
  }
  if (title && kind === ITEM_DISMISSED) {
    return ngettext('%(count)s new in place of %(title)s', '%(count)s new in place of %(title)s', count, { title });
  }
  return ngettext('%(count)s new recommendation', '%(count)s new recommendations', count);
}
