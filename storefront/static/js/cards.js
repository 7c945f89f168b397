// Makes product cards in the browser, with the server's markup (templates/rendering/card_fragments.html).

import { at, productAddress } from './addresses.js';
import { gettext, price } from './texts.js';
import { isWished } from './wished_items.js';

// Keeps a title in the catalog's language together where the text around it is read from right to left.
const withDirection = document.documentElement.dir === 'rtl' ? (title) => `\u2068${title}\u2069` : (title) => title;

/** Make the element of a card. */
export function makeCard(card) {
  const element = document.getElementById('card').content.firstElementChild.cloneNode(true);
  element.dataset.item = card.item;
  element.querySelector('.card__link').href = productAddress(card.item);
  element.querySelector('img').src = at(card.picture);
  element.querySelector('.card__title').textContent = card.title;
  element.querySelector('.card__price').textContent = price(card.price, card.currency);
  setReason(element, card);
  fillTools(element, card);
  return element;
}

/** Add the buttons to a card that send it away or ask for more like it, unless it has them. */
export function addDismissal(element) {
  if (element.querySelector('[data-dismiss]')) return;
  const control = document.getElementById('dismiss').content.firstElementChild.cloneNode(true);
  const title = element.querySelector('.card__title').textContent;
  for (const place of control.querySelectorAll('[data-dismiss-title]')) place.textContent = title;
  element.querySelector('.card__tools').before(control);
}

function fillTools(element, { item, title }) {
  const [heart, quick] = element.querySelectorAll('.tool');
  heart.value = item;
  quick.value = item;
  heart.setAttribute('aria-pressed', String(isWished(item)));
  heart.querySelector('.unseen').textContent = gettext('Wish list: %(title)s', { title });
  quick.querySelector('.unseen').textContent = gettext('Add %(title)s to basket', { title });
}

/** Set the reason under a card: the phrase in the page's language, with the product that it names. */
export function setReason(element, { phrase, named = '' }) {
  const reason = phrase ? gettext(phrase, { named: withDirection(named) }) : '';
  const line = element.querySelector('.card__reason');
  if (line.textContent !== reason) line.textContent = reason;
}
