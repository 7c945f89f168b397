// Stars: saved at once, and kept in sync with the visitor's other pages.

import { announce } from './announce.js';
import { ITEM_RATED, RATING_CHANGED } from './contract.js';
import { deliver, eventOf, originOf } from './interactions.js';
import { clicked } from './journeys.js';
import { on } from './socket.js';
import { gettext as _, ngettext } from './texts.js';

const words = (stars) => ngettext('You gave %(count)s star', 'You gave %(count)s stars', stars);

function show(form, stars) {
  const input = form.querySelector(`input[value="${Number(stars)}"]`);
  if (input) input.checked = true;
  form.querySelector('[data-stars-words]').textContent = words(stars);
}

document.addEventListener('change', async (event) => {
  const form = event.target.closest?.('[data-stars]');
  if (!form) return;
  const stars = Number(event.target.value);
  const rating = eventOf(ITEM_RATED, { item: form.dataset.stars, stars, ...originOf(form) });
  clicked(rating, performance.now());
  show(form, stars);
  const receipt = await deliver(rating);
  announce(receipt && !receipt.accepted ? _('Couldn’t save your rating') : words(stars));
});
document.addEventListener('submit', (event) => {
  if (event.target.matches('[data-stars]')) event.preventDefault();
});
on(RATING_CHANGED, (message) => {
  for (const form of document.querySelectorAll('[data-stars]')) {
    if (form.dataset.stars === message.item) show(form, message.stars);
  }
});
