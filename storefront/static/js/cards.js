// Makes product cards in the browser, of the same parts as the server's (templates/parts.html).

import { gettext, price } from './texts.js';

/** Make the element of a card. */
export function makeCard(card) {
  const element = document.getElementById('card').content.firstElementChild.cloneNode(true);
  element.dataset.item = card.item;
  element.querySelector('.card__link').href = `/products/${encodeURIComponent(card.item)}`;
  element.querySelector('img').src = card.picture;
  element.querySelector('.card__title').textContent = card.title;
  element.querySelector('.card__price').textContent = price(card.price, card.currency);
  setReason(element, card);
  return element;
}

/** Give a card the control that sends it away, unless it has one. */
export function addDismissal(element) {
  if (element.querySelector('[data-dismiss]')) return;
  const control = document.getElementById('dismiss').content.firstElementChild.cloneNode(true);
  control.querySelector('[data-dismiss-title]').textContent = element.querySelector('.card__title').textContent;
  element.append(control);
}

/** Change the reason under a card that stays: the page's language has the phrase, and the shop says what it names. */
export function setReason(element, { phrase, named = '' }) {
  const reason = phrase ? gettext(phrase, { named }) : '';
  const line = element.querySelector('.card__reason');
  if (line.textContent !== reason) line.textContent = reason;
}
