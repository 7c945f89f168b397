// Counts views: at the click on a card, or when a product page is opened without one. Never both.

import { ITEM_VIEWED, PRODUCT } from './contract.js';
import { deliver, eventOf, originOf, report } from './interactions.js';
import { clicked } from './journeys.js';

const STORE = 'riverfront.counted';
const LED_STORE = 'riverfront.led';
// A click whose page takes longer than this to come counts as given up.
const FRESH_MS = 60000;

let counted = null;

/** Count the view that a click on a product's link begins. */
function countClick(event) {
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  const link = event.target.closest?.('a[href]');
  const item = link && itemOf(link);
  if (!item) return;
  const origin = originOf(link);
  if (!isPlain) {
    lead(item, origin);
    return;
  }
  const view = eventOf(ITEM_VIEWED, { item, ...origin });
  clicked(view.event_id, event.timeStamp || performance.now());
  // First of all on its way; what follows is for this browser alone.
  deliver(view);
  counted = { item, origin, at: Date.now() };
  try {
    // For browsers that load the next page as a new document.
    sessionStorage.setItem(STORE, JSON.stringify(counted));
  } catch {
    // Then that page counts once more; the shop bounds what one visitor weighs.
  }
}

/** Remember which list leads to a product that opens in another tab: its page counts the view. */
function lead(item, origin) {
  try {
    localStorage.setItem(LED_STORE, JSON.stringify({ item, origin, at: Date.now() }));
  } catch {
    // Then that page cannot say where its visitor came from.
  }
}

function takeLead(item) {
  try {
    const led = JSON.parse(localStorage.getItem(LED_STORE));
    if (led?.item !== item || Date.now() - led.at > FRESH_MS) return null;
    localStorage.removeItem(LED_STORE);
    return led.origin;
  } catch {
    return null;
  }
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

/**
 * Count the view of a product page, unless its click was counted or it is only seen again. What the visitor does on the
 * page (stars, basket) names the list that led there.
 */
export function countPage(main, isAgain) {
  const last = takeCounted();
  const { item } = main.dataset;
  if (!item) return;
  const isCounted = last?.item === item && Date.now() - last.at < FRESH_MS;
  const origin = isCounted ? last.origin : takeLead(item);
  const article = main.querySelector('[data-surface="product"]');
  if (article && origin?.ranking_id) article.dataset.rankingId = origin.ranking_id;
  if (!isAgain && !isCounted) report(ITEM_VIEWED, { item, ...(origin ?? { surface: PRODUCT }) });
}

document.addEventListener('click', countClick, { capture: true });
document.addEventListener('auxclick', countClick, { capture: true });
