// The tour: a click on one of its products counts as a view, and the page stays, so that both lists are seen.

import { onPage } from './navigate.js';
import { gettext as _, ngettext } from './texts.js';

/** Let the products be pressed instead of followed. `views.js` counts each click before. */
function beginTour(main) {
  for (const tile of main.querySelectorAll('[data-tour-tile]')) {
    tile.setAttribute('role', 'button');
    tile.setAttribute('aria-pressed', 'false');
  }
}

function press(tile) {
  if (tile.getAttribute('aria-pressed') === 'true') return;
  tile.setAttribute('aria-pressed', 'true');
  const tour = tile.closest('[data-tour]');
  const left = Math.max(0, Number(tour.dataset.left) - 1);
  tour.dataset.left = String(left);
  tour.querySelector('[data-tour-left]').textContent = left
    ? ngettext('%(count)s click to go', '%(count)s clicks to go', left)
    : _('That’s you, after three clicks.');
}

document.addEventListener('click', (event) => {
  const tile = event.target.closest?.('[data-tour-tile]');
  if (!tile || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  press(tile);
});
document.addEventListener('keydown', (event) => {
  if (event.key !== ' ' || !event.target.matches?.('[data-tour-tile]')) return;
  event.preventDefault();
  event.target.click();
});
onPage(beginTour);
