// Counts views: at the click on a card, or when a product page is opened otherwise, but never twice.

import { productOf } from './addresses.js';
import { ITEM_VIEWED, PRODUCT } from './contract.js';
import { deliver, eventOf, originOf, report } from './interactions.js';
import { clicked } from './journeys.js';
import { unwanted } from './unwanted.js';

const STORE = 'riverfront.counted';
const LED_STORE = 'riverfront.led';
// A click whose page takes longer than this to load counts as abandoned.
const FRESH_MS = 60000;

let counted = null;

/** Count a view at the click on a product's link. */
function countClick(event) {
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  const link = event.target.closest?.('a[href]');
  const item = link && productOf(link);
  if (!item) return;
  const origin = originOf(link);
  if (!isPlain) {
    lead(item, origin);
    return;
  }
  const view = eventOf(ITEM_VIEWED, { item, ...origin });
  clicked(view, event.timeStamp || performance.now());
  // Send it first; the rest only concerns this browser.
  deliver(view);
  counted = { item, origin, at: Date.now() };
  try {
    // For browsers that load the next page as a new document.
    sessionStorage.setItem(STORE, JSON.stringify(counted));
  } catch {
    // Without storage, that page counts again; the shop limits the weight of one visitor.
  }
}

/** Remember the list of a product that opens in another tab, whose page counts the view. */
function lead(item, origin) {
  try {
    localStorage.setItem(LED_STORE, JSON.stringify({ item, origin, at: Date.now() }));
  } catch {
    // Without storage, that page does not know the list.
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
 * Count the view of a product page, unless its click was counted or it is a revisit. Events on the page (rating, basket)
 * name the list that led there.
 */
export function countPage(main, isRevisit) {
  const last = takeCounted();
  const { item } = main.dataset;
  if (!item) return;
  const isCounted = last?.item === item && Date.now() - last.at < FRESH_MS;
  const origin = isCounted ? last.origin : takeLead(item);
  const article = main.querySelector('[data-surface="product"]');
  if (article && origin?.ranking_id) article.dataset.rankingId = origin.ranking_id;
  // Who opens what they dismissed wants it again.
  if (!isRevisit) unwanted.delete(item);
  if (!isRevisit && !isCounted) report(ITEM_VIEWED, { item, ...(origin ?? { surface: PRODUCT }) });
}

document.addEventListener('click', countClick, { capture: true });
document.addEventListener('auxclick', countClick, { capture: true });
