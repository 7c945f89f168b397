// Reviews: keeps a draft in this browser until it is saved, and updates the average by the visitor's own stars.

import { RATING_CHANGED } from './contract.js';
import { on } from './socket.js';
import { decimal, gettext, ngettext } from './texts.js';

const STORE = 'riverfront.draft.';
const FEW_LEFT = 200;

/** Restore the draft of this page, unless it was saved. */
export function beginPage(main) {
  const form = main.querySelector('[data-review]');
  if (!form) return;
  const { text } = form.elements;
  const { words, isSent } = read(form.dataset.review);
  const isSentBack = text.getAttribute('aria-invalid') === 'true';
  if (isSent && text.value && !isSentBack) {
    write(form.dataset.review, '');
  } else if (words && words !== text.value && !isSentBack) {
    text.value = words;
    form.closest('details').open = true;
  }
  left(text);
}

function read(item) {
  try {
    return JSON.parse(sessionStorage.getItem(STORE + item)) ?? {};
  } catch {
    return {};
  }
}

function write(item, words, isSent = false) {
  try {
    if (words) sessionStorage.setItem(STORE + item, JSON.stringify({ words, isSent }));
    else sessionStorage.removeItem(STORE + item);
  } catch {
    // Without storage there is no draft.
  }
}

// Show how many characters are left when few are.
function left(text) {
  const room = text.maxLength - text.value.length;
  const place = text.form.querySelector('[data-review-left]');
  place.textContent = room <= FEW_LEFT ? ngettext('%(count)s character left', '%(count)s characters left', room) : '';
}

function redraw(part, counts) {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const mean = total ? counts.reduce((sum, count, index) => sum + count * (index + 1), 0) / total : 0;
  part.hidden = !total;
  const shown = decimal(Math.round(mean * 10) / 10);
  part.querySelector('[data-mean]').textContent = shown;
  const above = document.querySelector('.product__mean');
  if (above) above.querySelector('.few .unseen').textContent = gettext('%(mean)s out of 5 stars,', { mean: shown });
  for (const full of [part, above].map((place) => place?.querySelector('[data-mean-stars]'))) {
    full?.setAttribute('width', mean * 24);
    full?.setAttribute('viewBox', `0 0 ${mean * 24} 24`);
  }
  for (const place of document.querySelectorAll('[data-ratings]')) {
    place.textContent = ngettext('%(count)s rating', '%(count)s ratings', total);
  }
  for (const row of part.querySelectorAll('[data-row]')) {
    const count = counts[row.dataset.row - 1];
    row.querySelector('rect').setAttribute('width', `${total ? (100 * count) / total : 0}%`);
    row.querySelector('.histogram__count').firstChild.textContent = decimal(count);
  }
}

function move(part, stars) {
  const own = Number(part.dataset.own);
  if (own === stars) return;
  const counts = part.dataset.counts.split(' ').map(Number);
  if (own && counts[own - 1] > 0) counts[own - 1] -= 1;
  counts[stars - 1] += 1;
  part.dataset.counts = counts.join(' ');
  part.dataset.own = stars;
  redraw(part, counts);
}

document.addEventListener('input', (event) => {
  const form = event.target.closest?.('[data-review]');
  if (!form || event.target.name !== 'text') return;
  write(form.dataset.review, event.target.value);
  left(event.target);
});
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.matches('[data-review]')) write(form.dataset.review, form.elements.text.value, true);
});
on(RATING_CHANGED, ({ item, stars }) => {
  const main = document.getElementById('main');
  if (main.dataset.item !== item) return;
  const part = main.querySelector('[data-histogram]');
  // Without profiling stars count for nothing.
  if (part && document.documentElement.dataset.profiling !== 'off') move(part, Number(stars));
  const choice = main.querySelector(`[data-review] input[value="${Number(stars)}"]`);
  if (choice) choice.checked = true;
});
