// Filters and sort order: each change applies at once. Without this module the form has a button.

import { announce } from './announce.js';
import { onPage, open } from './navigate.js';
import { ngettext } from './texts.js';

const COULD_GO = new Map([['sort', 'relevance']]);

let focused = null;
let opened = new Set();
let isShown = false;

/** The canonical URL of the form: without empty values or defaults. */
function addressOf(form) {
  const pairs = [...new FormData(form)].filter(([name, value]) => value.trim() && COULD_GO.get(name) !== value);
  const query = new URLSearchParams(pairs).toString();
  return query ? `${form.action}?${query}` : form.action;
}

document.addEventListener('change', (event) => {
  const form = event.target.closest?.('[data-filters]');
  if (!form) return;
  focused = event.target.id;
  opened = new Set([...form.querySelectorAll('[data-more][open]')].map((more) => more.dataset.more));
  isShown = document.querySelector('[data-filters-switch]').checked;
  open(addressOf(form), { keepsScroll: true });
});
document.addEventListener('submit', (event) => {
  if (!event.target.matches('[data-filters]')) return;
  event.preventDefault();
  open(addressOf(event.target));
});

onPage((main) => {
  if (!focused) return;
  for (const more of main.querySelectorAll('[data-more]')) more.open = opened.has(more.dataset.more);
  const shown = main.querySelector('[data-filters-switch]');
  if (shown) shown.checked = isShown;
  document.getElementById(focused)?.focus({ preventScroll: true });
  focused = null;
  if (main.dataset.found) announce(ngettext('%(count)s product', '%(count)s products', Number(main.dataset.found)));
});
