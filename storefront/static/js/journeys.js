// Traces each click: when its list arrived, was laid out and painted, and when it passed the shop's servers.
// Checks and benchmarks read `window.riverfront.journeys`: the last 200, oldest first, copies that cannot be changed.
//
//   cause, ranking_id                       the click's event and the list that answers it
//   clicked_at                              performance.now() at the click
//   arrived_ms, drawn_ms, painted_ms        from the click, in ms; the last two are null if the list was not drawn then
//   held                                    whether the list waited because the visitor was on it
//   items                                   what was drawn, in order
//   hops                                    the servers' times (Unix seconds), partition and offset; null if unknown

import { noteDeed } from './deeds.js';

const KEPT = 200;

const clicks = new Map();
const journeys = [];
const settled = new WeakSet();
const listeners = new Set();
let telling = 0;

/** Record a click, by its event, until its list arrives. */
export function clicked(event, at) {
  noteDeed(event);
  clicks.set(event.event_id, at);
  if (clicks.size > KEPT) clicks.delete(clicks.keys().next().value);
}

/** Open a record for each of this page's clicks that a list answers; the last is its cause. */
export function arrived(message, at = performance.now()) {
  const records = [];
  for (const cause of message.causes ?? []) {
    const clickedAt = clicks.get(cause);
    if (clickedAt === undefined) continue;
    clicks.delete(cause);
    records.push({
      cause,
      ranking_id: message.ranking_id,
      clicked_at: clickedAt,
      arrived_ms: at - clickedAt,
      drawn_ms: null,
      painted_ms: null,
      held: false,
      items: [],
      hops: message.journey?.event_id === cause ? message.journey : null,
    });
  }
  journeys.push(...records);
  journeys.splice(0, Math.max(0, journeys.length - KEPT));
  return records;
}

/** Record that a list waits because the visitor is on the one before it. */
export function kept(records) {
  for (const record of records) record.held = true;
  settle(records);
}

/** Record that no more will be known of some clicks: each has one figure. */
export function settle(records) {
  for (const record of records) settled.add(record);
  tell();
}

/** Record that a list was laid out. */
export function drawn(records, items, at, { held = false } = {}) {
  for (const record of records) {
    record.held = held;
    record.items = items;
    if (!held) record.drawn_ms ??= at - record.clicked_at;
  }
  settle(records);
}

/** Record that the frame with the list was painted. */
export function painted(records, at) {
  for (const record of records) {
    if (record.drawn_ms !== null) record.painted_ms ??= at - record.clicked_at;
  }
}

/** The last click whose figure is known and stays. */
export const last = () => journeys.findLast((record) => settled.has(record)) ?? null;

export const onJourney = (listener) => listeners.add(listener);

// Deferred, so that the list is laid out first.
function tell() {
  clearTimeout(telling);
  telling = setTimeout(() => { for (const listener of listeners) listener(); });
}

Object.defineProperty(window, 'riverfront', {
  value: Object.freeze(
    Object.defineProperty({}, 'journeys', {
      enumerable: true,
      get: () => journeys.map((record) => Object.freeze({ ...record, items: [...record.items] })),
    }),
  ),
});
