// Counts views: at the click on a card, or when a product page is opened without one. Never both.

import { deliver, eventOf, originOf, report } from './interactions.js';
import { clicked } from './journeys.js';

const STORE = 'riverfront.counted';
// A click whose page takes longer than this to come counts as given up.
const FRESH_MS = 60000;

let counted = null;

/** Count the view that a click on a product's link begins. */
function countClick(event) {
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  const link = event.target.closest?.('a[href]');
  const item = link && itemOf(link);
  if (!isPlain || !item) return;
  const view = eventOf('item_viewed', { item, ...originOf(link) });
  clicked(view.event_id, event.timeStamp || performance.now());
  counted = { item, at: Date.now() };
  try {
    // For browsers that load the next page as a new document.
    sessionStorage.setItem(STORE, JSON.stringify(counted));
  } catch {
    // Then that page counts once more; the shop bounds what one visitor weighs.
  }
  deliver(view);
}

function itemOf(link) {
  const url = new URL(link.href, location.href);
  const match = url.origin === location.origin && /^\/products\/([^/]+)$/.exec(url.pathname);
  return match ? decodeURIComponent(match[1]) : null;
}

function takeCounted() {
  try {
    const stored = JSON.parse(sessionStorage.getItem(STORE));
    sessionStorage.removeItem(STORE);
    return counted ?? stored;
  } catch {
    return counted;
  } finally {
    counted = null;
  }
}

/** Count the view of a product page, unless its click was counted or it is only seen again. */
export function countPage(main, isAgain) {
  const last = takeCounted();
  const { item } = main.dataset;
  if (!item || isAgain || (last?.item === item && Date.now() - last.at < FRESH_MS)) return;
  report('item_viewed', { item, surface: 'product' });
}

document.addEventListener('click', countClick, { capture: true });
