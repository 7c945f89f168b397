// Passes the socket's messages to the lists on the page, and has impressions recorded.

import { announce } from './announce.js';
import { BOUGHT_TOGETHER, FOR_YOU, RANKING_CHANGED, RELATED_CHANGED, TRENDING, TRENDING_CHANGED } from './contract.js';
import { beginPage, watch } from './impressions.js';
import { arrived, drawn, painted } from './journeys.js';
import { Rail } from './rail.js';
import { on } from './socket.js';
import { gettext, ngettext } from './texts.js';

// A list that waited longer than this no longer counts as the answer to a click.
const LATE_MS = 3000;

const rails = new Map();
const newest = new Map();
const shown = new WeakSet();
let pushedSinceConnect = false;

export const railNamed = (name) => rails.get(name) ?? null;

export const railNames = () => [...rails.keys()];

/** Remove an item from every list. Returns a function that restores it, and returns its card in the visitor's own list. */
export function removeItem(item) {
  const restores = [...rails.values()].filter((rail) => rail.items.includes(item)).map((rail) => [rail.name, rail.remove(item)]);
  return () => new Map(restores.map(([name, restore]) => [name, restore()])).get(FOR_YOU);
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
  onWaiting(rail) {
    if (rail.hasFocus) announce(gettext('This list has been updated. Use the button before it to show the changes.'));
  },
  onRelease() {
    for (const rail of rails.values()) rail.settle();
    if (!page.isHeld()) for (const resolve of waiters.splice(0)) resolve();
  },
};

/** Take over the lists of a page that was requested at `askedAt`. Updates that are newer win over its content. */
export function adopt(main, askedAt) {
  rails.clear();
  for (const section of main.querySelectorAll('[data-rail]')) {
    const rail = new Rail(section, page);
    rails.set(rail.name, rail);
  }
  beginPage(rails);
  for (const [name, rail] of rails) {
    const update = newest.get(name);
    if (update) update.without = beside(name);
    const isOwn = update && 'ranking_id' in update && fits(update);
    if (isOwn && update.at >= askedAt && update.ranking_id !== rail.rankingId) rail.update(update, { animate: false });
    else if (isOwn && !shown.has(update) && update.ranking_id === rail.rankingId) onDrawn(update, rail.items, performance.now(), false, 0);
    else watch(rail);
  }
  page.onRelease();
}

function receive(name, message) {
  const at = performance.now();
  const update = { ...message, name, at, records: name === FOR_YOU ? arrived(message, at) : [] };
  update.without = beside(name);
  newest.set(name, update);
  if (fits(update)) rails.get(name)?.update(update);
}

/** What an update must leave out, for it is in another list: no product's page shows anything twice, and no trend a recommendation. */
function beside(name) {
  const isProduct = document.getElementById('main').dataset.page === 'product';
  const others = isProduct ? [...rails.values()].filter((rail) => rail.name !== name) : [rails.get(FOR_YOU)].filter(() => name === TRENDING);
  return new Set(others.flatMap((rail) => rail?.items ?? []));
}

/** Whether a message is for this page: lists that belong to a product are only for its own page. */
const fits = ({ item }) => !item || item === document.getElementById('main').dataset.item;

function onDrawn(update, items, at, held, arrivals) {
  shown.add(update);
  const rail = rails.get(update.name);
  if (update.name === FOR_YOU) {
    const late = held || at - update.at > LATE_MS;
    drawn(update.records, items, at, { held: late });
    if (!document.hidden) afterPaint((paintedAt) => painted(update.records, paintedAt));
    if (arrivals && update.causes?.length) announce(ngettext('%(count)s new recommendation', '%(count)s new recommendations', arrivals));
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
