// Reports the impressions of recommended lists: once per list and page, when at least half of one of its cards has been in
// view for a moment, with the cards that were, by position. A list that is the same for everybody counts once per page,
// however often it changes.
//
// The same report has the time from the click to the drawn list. A list that answers a click but is not seen is reported
// without items: a time, not an impression.

import { FOR_YOU, RANKING_DRAWN, RANKING_SHOWN } from './contract.js';
import { deliver, eventOf } from './interactions.js';

const SEEN_MS = 300;
const SEEN_SHARE = 0.5;
// A time is sent without an impression after this long.
const TIME_WAITS_MS = 700;

const watches = new Map();
const inView = new Map();
let path = null;

const observer = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting) inView.set(target, performance.now());
    else inView.delete(target);
    const watch = watches.get(target.closest('[data-rail]')?.dataset.rail);
    if (isIntersecting && watch?.rail.items.includes(target.dataset.item)) startLooking(watch);
  }
}, { threshold: SEEN_SHARE });

/**
 * Begin a page: lists of the previous one are no longer observed, but one that stays keeps its unsent times. The same page
 * refreshed is not a new one.
 */
export function beginPage(rails) {
  const isAfresh = location.pathname === path;
  path = location.pathname;
  observer.disconnect();
  inView.clear();
  for (const [name, watch] of watches) {
    const next = rails.get(name);
    const goesOn = next?.rankingId === watch.rankingId && (isAfresh || (watch.rankingId && watch.records.length));
    stop(watch);
    if (next && goesOn) watches.set(name, { ...watch, rail: null, isSeen: isAfresh && watch.isSeen });
    else {
      sendTime(watch);
      watches.delete(name);
    }
  }
}

/** Watch a list that was drawn. `records` are the journeys of the clicks that it answers. */
export function watch(rail, { cause, records = [] } = {}) {
  const before = watches.get(rail.name);
  const rankingId = rail.rankingId;
  const isSame = before?.rankingId === rankingId;
  const next = { rail, rankingId, cause, records: document.hidden ? [] : [...records], isSeen: false, looking: 0, sending: 0 };
  if (before && isSame) {
    stop(before);
    next.isSeen = before.isSeen && (before.rail === null || before.rail === rail);
    next.cause ??= before.cause;
    next.records.unshift(...before.records);
  } else if (before) {
    stop(before);
    sendTime(before);
  }
  watches.set(rail.name, next);
  for (const card of rail.cards) {
    if (inView.has(card)) inView.set(card, performance.now());
    observer.observe(card);
  }
  if (!next.isSeen && rail.cards.some((card) => inView.has(card))) startLooking(next);
  if (next.records.length) next.sending = setTimeout(() => sendTime(next), TIME_WAITS_MS);
}

function stop(watch) {
  clearTimeout(watch.looking);
  clearTimeout(watch.sending);
  watch.looking = 0;
}

function startLooking(watch) {
  if (watch.isSeen || watch.looking) return;
  watch.looking = setTimeout(() => look(watch), SEEN_MS);
}

function look(watch) {
  watch.looking = 0;
  if (document.hidden) return;
  const since = performance.now() - SEEN_MS + 20;
  const looked = watch.rail.cards.filter((card) => inView.has(card));
  const seen = looked.filter((card) => inView.get(card) <= since);
  if (seen.length) {
    watch.isSeen = true;
    send(watch, seen.map((card) => card.dataset.item));
  } else if (looked.length) {
    startLooking(watch);
  }
}

function sendTime(watch) {
  if (timeOf(watch)) send(watch, []);
}

function send(watch, items) {
  const fields = {
    surface: watch.rail?.surface ?? FOR_YOU,
    items,
    ...(watch.rankingId && { ranking_id: watch.rankingId }),
    ...(watch.cause && { cause: watch.cause }),
    ...timeOf(watch),
  };
  watch.records = [];
  clearTimeout(watch.sending);
  deliver(eventOf(RANKING_SHOWN, fields), RANKING_DRAWN);
}

/** The time of the last click that a list answers, unless it was sent. */
function timeOf({ records }) {
  const own = records.at(-1);
  return own?.drawn_ms == null ? null : { drawn_ms: own.drawn_ms, painted_ms: own.painted_ms };
}

document.addEventListener('visibilitychange', () => {
  if (document.hidden) return;
  for (const card of inView.keys()) inView.set(card, performance.now());
  for (const watch of watches.values()) if (watch.rail?.cards.some((card) => inView.has(card))) startLooking(watch);
});
