// Passes the socket's messages to the lists on the page, and has impressions recorded.

import { announce } from './announce.js';
import { BOUGHT_TOGETHER, FOR_YOU, ITEMS_WITHDRAWN, RANKING_CHANGED, RELATED_CHANGED, TRENDING, TRENDING_CHANGED } from './contract.js';
import { beginPage, watch } from './impressions.js';
import { newsOf } from './deeds.js';
import { arrived, drawn, kept, painted, settle } from './journeys.js';
import { isLeft, onArrival } from './navigate.js';
import { Rail } from './rail.js';
import { on } from './socket.js';
import { gettext } from './texts.js';
import { unwanted } from './unwanted.js';

// A list that waited longer than this no longer counts as the answer to a click.
const LATE_MS = 3000;
// Of a page that has just come, the title is said first.
const TITLE_MS = 400;
// For so long the pointer is where it was on the page before.
const FRESH_MS = 1000;
// A list that comes so soon after an item was withdrawn may have been made before.
const OUTDATED_MS = 5000;
// Rows that stay as they are.
const STILL = ':is(.shelf:not(.shelf--results), .surprise) > .card';

const rails = new Map();
const newest = new Map();
const shown = new WeakSet();
// When each item was withdrawn that cannot be bought any more.
const withdrawn = new Map();
let pushedSinceConnect = false;
let cameAt = -Infinity;
let path = null;
// What is said after the title of the page that is under way.
let unsaid = '';
// The visitor's own list as they last saw it, on whichever page.
let seen = null;

export const railNamed = (name) => rails.get(name) ?? null;

export const railNames = () => [...rails.keys()];

/** Remove an item from every list. Returns a function that restores it, and returns its card in the visitor's own list. */
export function removeItem(item) {
  const restores = [...rails.values()].filter((rail) => rail.items.includes(item)).map((rail) => [rail.name, rail.remove(item)]);
  hideUnwanted(document);
  return () => {
    const cards = new Map(restores.map(([name, restore]) => [name, restore()]));
    hideUnwanted(document);
    return cards.get(FOR_YOU);
  };
}

/** Take what cannot be bought any more out of every list, even under the pointer; what is gone, also from among results. */
function withdraw({ items, deleted = [] }) {
  for (const item of items) withdrawn.set(item, performance.now());
  for (const update of newest.values()) update.items = available(update.items);
  for (const rail of rails.values()) rail.withdraw(items);
  for (const item of items) for (const card of cardsOf(item, STILL)) card.remove();
  for (const item of deleted) for (const card of cardsOf(item, '.shelf > .card')) card.remove();
}

const cardsOf = (item, kind) => [...document.querySelectorAll(kind)].filter((card) => card.dataset.item === item);

const available = (items) => items.filter(({ item }) => !(performance.now() - withdrawn.get(item) < OUTDATED_MS));

function hideUnwanted(root) {
  for (const card of root.querySelectorAll(STILL)) card.hidden = unwanted.has(card.dataset.item);
}

/** Resolves as soon as the visitor is on none of the lists. */
export const whenFree = () => new Promise((resolve) => {
  if (page.isHeld()) waiters.push(resolve);
  else resolve();
});

const waiters = [];
const page = {
  onDrawn,
  isHeld: () => [...rails.values()].some((rail) => rail.isHeld),
  isLeft,
  isFresh: () => performance.now() - cameAt < FRESH_MS,
  onWaiting(rail, update, isFirst) {
    kept(update.records);
    if (isFirst && rail.hasFocus) announce(gettext('This list has been updated. Use the button before it to show the changes.'));
  },
  onRelease() {
    for (const rail of rails.values()) rail.settle();
    if (!page.isHeld()) for (const resolve of waiters.splice(0)) resolve();
  },
};

/** Take over the lists of a page that was requested at `askedAt`. Updates that are newer win over its content. */
export function adopt(main, askedAt) {
  seen = rails.get(FOR_YOU)?.seen ?? seen;
  if (path !== null && path !== location.pathname) cameAt = performance.now();
  path = location.pathname;
  rails.clear();
  for (const section of main.querySelectorAll('[data-rail]')) {
    const rail = new Rail(section, page);
    rails.set(rail.name, rail);
  }
  const late = [...withdrawn].filter(([, at]) => at + OUTDATED_MS > askedAt).map(([item]) => item);
  if (late.length) for (const rail of rails.values()) rail.withdraw(late);
  beginPage(rails);
  hideUnwanted(main);
  for (const [name, rail] of rails) {
    const update = newest.get(name);
    if (update) update.without = beside(name);
    const isOwn = update && 'ranking_id' in update && fits(update);
    const isNewer = isOwn && update.at >= askedAt && update.ranking_id !== rail.rankingId;
    const isUnseen = name === FOR_YOU && seen && (isNewer ? update.ranking_id : rail.rankingId ?? seen.rankingId) !== seen.rankingId;
    const arrivals = isUnseen ? rail.replay(seen, isNewer ? update : null) : 0;
    if (isNewer && !isUnseen) rail.update(update, { animate: false });
    else if (isOwn && !shown.has(update) && update.ranking_id === rail.rankingId) onDrawn(update, rail.items, performance.now(), false, arrivals);
    else if (!isNewer) watch(rail);
  }
  page.onRelease();
}

function receive(name, message) {
  const at = performance.now();
  const update = { ...message, items: available(message.items), name, at, records: name === FOR_YOU ? arrived(message, at) : [] };
  update.without = beside(name);
  newest.set(name, update);
  const rail = fits(update) && rails.get(name);
  if (rail) rail.update(update);
  else if (!isLeft()) settle(update.records);
}

/** What an update must leave out, for it is in another list: no product's page shows anything twice, and no trend a recommendation. */
function beside(name) {
  const { page: kind } = document.getElementById('main').dataset;
  // On the tour the two lists are compared: what both have is in both.
  if (kind === 'tour') return new Set();
  const isProduct = kind === 'product';
  const others = isProduct ? [...rails.values()].filter((rail) => rail.name !== name) : [rails.get(FOR_YOU)].filter(() => name === TRENDING);
  return new Set(others.flatMap((rail) => rail?.items ?? []));
}

/** Whether a message is for this page: lists that belong to a product are only for its own page. */
const fits = ({ item }) => !item || item === document.getElementById('main').dataset.item;

function onDrawn(update, items, at, held, arrivals) {
  shown.add(update);
  const rail = rails.get(update.name);
  if (update.name === FOR_YOU) {
    const isTitled = performance.now() - cameAt < TITLE_MS;
    const late = held || at - update.at > LATE_MS;
    drawn(update.records, items, at, { held: late });
    if (!document.hidden) afterPaint((paintedAt) => painted(update.records, paintedAt));
    if (arrivals && update.causes?.length) {
      const news = newsOf(arrivals, update.causes);
      rail.tell(news);
      if (isLeft()) unsaid = news;
      else setTimeout(() => announce(news), isTitled ? TITLE_MS : 0);
    }
  }
  watch(rail, { cause: update.causes?.at(-1), records: update.records });
}

function afterPaint(tell) {
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      tell(performance.now());
    };
    port2.postMessage(null);
  });
}

onArrival(() => {
  const news = unsaid;
  unsaid = '';
  if (news) setTimeout(() => announce(news), TITLE_MS);
  if (!rails.has(FOR_YOU) && newest.has(FOR_YOU)) settle(newest.get(FOR_YOU).records);
  for (const rail of rails.values()) rail.offer();
});
on('connect', () => { pushedSinceConnect = false; });
on(RANKING_CHANGED, (message) => {
  const isCatchUp = !message.causes?.length && !message.journey;
  // A catch-up must not undo a newer push, nor repeat what the page shows.
  if (isCatchUp && (pushedSinceConnect || rails.get(FOR_YOU)?.rankingId === message.ranking_id)) return;
  pushedSinceConnect ||= !isCatchUp;
  receive(FOR_YOU, message);
});
on(TRENDING_CHANGED, (message) => receive(TRENDING, message));
on(RELATED_CHANGED, (message) => receive(message.surface, { ...message, isWhole: message.surface === BOUGHT_TOGETHER }));
on(ITEMS_WITHDRAWN, withdraw);
