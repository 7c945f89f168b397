// Keeps the page "why these recommendations" up to date: at once, or by a button while the visitor is on its list.

import { at } from './addresses.js';
import { announce } from './announce.js';
import { RANKING_CHANGED } from './contract.js';
import { parsePage } from './html.js';
import { on } from './socket.js';
import { gettext as _ } from './texts.js';

const MOST_AT_ONCE_MS = 1000;

let newest = null;
let asking = false;

const section = () => document.querySelector('[data-why]');
const isHeld = (list) => list.contains(document.activeElement) || list.matches(':hover');

async function refresh() {
  const list = section();
  if (!list || asking || list.dataset.rankingId === newest) return;
  asking = true;
  try {
    const response = await fetch(at('/account/recommendations?live=1'), { headers: { Accept: 'text/html' } });
    const page = parsePage(await response.text());
    const fresh = page.querySelector('[data-why]');
    if (!response.ok || !fresh || section() !== list) return;
    list.replaceWith(document.importNode(fresh, true));
    announce(_('Your recommendations have changed'));
  } catch {
    // The next change brings it.
  } finally {
    // An update that came meanwhile is next, but not too often to read.
    setTimeout(() => { asking = false; follow(); }, MOST_AT_ONCE_MS);
  }
}

function follow() {
  const list = section();
  if (!list || !newest || list.dataset.rankingId === newest) return;
  if (isHeld(list)) list.querySelector('[data-why-new]').hidden = false;
  else refresh();
}

on(RANKING_CHANGED, ({ ranking_id: id }) => {
  newest = id;
  // The explanation follows the list closely.
  setTimeout(follow, 150);
});
document.addEventListener('click', async (event) => {
  if (!event.target.closest?.('[data-why-new]')) return;
  await refresh();
  document.getElementById('why-list')?.focus({ preventScroll: true });
});
