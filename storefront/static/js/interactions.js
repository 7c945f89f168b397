// Sends events: over the socket while it is open, else by HTTP, and later if neither works. An event keeps its id and time,
// so that the shop counts it once and at the right time.

import { at } from './addresses.js';
import { INTERACTION, ITEM_VIEWED, RANKING_SHOWN, TEMPORARY_REFUSALS } from './contract.js';
import { newId } from './event_id.js';
import { account } from './account_token.js';
import { isOpen, on, send } from './socket.js';
import { alone, forget, keep, readWaiting } from './event_queue.js';

const ADDRESS = at('/interactions');
const BATCH = 20;
const TIMEOUT_MS = 10000;
const FIRST_RETRY_MS = 3000;
const LONGEST_RETRY_MS = 60000;
// While the shop answers, but cannot store events.
const LONGEST_ANSWERED_RETRY_MS = 10000;

// Without profiling, what visitors look at stays in their browser.
const isProfiled = document.documentElement.dataset.profiling !== 'off';
const OBSERVED = new Set([ITEM_VIEWED, RANKING_SHOWN]);

class Refused extends Error {}

const unconfirmed = new Map();
let isBehind = readWaiting().length > 0;
let flushing = null;
let retry = 0;
let retryMs = FIRST_RETRY_MS;
let isReachable = true;

/** Make an event of what happened now. */
export function eventOf(kind, fields) {
  const now = Date.now();
  return { kind, event_id: newId(now), occurred_at: now / 1000, account, ...fields };
}

/** The list that an element is in, as fields of an event. */
export function originOf(element) {
  const surface = element.closest('[data-surface]')?.dataset.surface;
  const rankingId = element.closest('[data-ranking-id]')?.dataset.rankingId;
  return { ...(surface && { surface }), ...(rankingId && { ranking_id: rankingId }) };
}

/** Send an event; resolves with the shop's receipt, or null if it was queued. */
export async function deliver(event, name = INTERACTION) {
  if (!isProfiled && OBSERVED.has(event.kind)) return { event_id: event.event_id, accepted: true };
  // Queued events happened before: they go first.
  if (isBehind) return wait(event);
  unconfirmed.set(event.event_id, event);
  try {
    return await overSocket(event, name);
  } catch {
    try {
      const [receipt] = await overHttp([event]);
      return TEMPORARY_REFUSALS.has(receipt.reason) ? wait(event) : receipt;
    } catch (error) {
      return error instanceof Refused ? { event_id: event.event_id, accepted: false, reason: error.message } : wait(event);
    }
  } finally {
    unconfirmed.delete(event.event_id);
  }
}

/** Hold an event back. If the page is closed before it is delivered, it is sent then. */
export const hold = (event) => unconfirmed.set(event.event_id, event);

export const report = (kind, fields) => deliver(eventOf(kind, fields));

/** Send the queue, oldest first. Resolves with whether it is empty. */
export function flush() {
  flushing ??= alone(sendWaiting).catch(retryLater).finally(() => { flushing = null; });
  return flushing;
}

async function overSocket(event, name) {
  if (!isOpen()) throw new Error('no socket');
  const receipt = await send(name, event);
  if (TEMPORARY_REFUSALS.has(receipt.reason)) throw new Error(receipt.reason);
  return receipt;
}

async function overHttp(events) {
  isReachable = false;
  const response = await fetch(ADDRESS, {
    method: 'POST',
    keepalive: true,
    signal: AbortSignal.timeout(TIMEOUT_MS),
    headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
    body: JSON.stringify({ events }),
  });
  isReachable = true;
  // An event that the shop rejects is not retried.
  if ([400, 403, 413, 422].includes(response.status)) throw new Refused(`answer ${response.status}`);
  if (!response.ok) throw new Error(`answer ${response.status}`);
  return (await response.json()).receipts;
}

function wait(event) {
  keep(event);
  isBehind = true;
  if (!flushing && !retry) retryLater();
  return null;
}

async function sendWaiting() {
  for (;;) {
    const events = readWaiting().slice(0, BATCH);
    isBehind = events.length > 0;
    if (!isBehind) break;
    try {
      const receipts = await overHttp(events);
      const taken = events.filter((_, index) => !TEMPORARY_REFUSALS.has(receipts[index]?.reason));
      forget(taken);
      if (taken.length < events.length) return retryLater();
    } catch (error) {
      if (!(error instanceof Refused)) return retryLater();
      forget(events);
    }
  }
  clearTimeout(retry);
  retry = 0;
  retryMs = FIRST_RETRY_MS;
  return true;
}

function retryLater() {
  clearTimeout(retry);
  retry = setTimeout(flush, retryMs * (0.5 + Math.random()));
  retryMs = Math.min(2 * retryMs, isReachable ? LONGEST_ANSWERED_RETRY_MS : LONGEST_RETRY_MS);
  return false;
}

if (isBehind) retryLater();
addEventListener('online', flush);
on('connect', flush);
addEventListener('pagehide', () => {
  if (!unconfirmed.size) return;
  const events = [...unconfirmed.values()];
  if (navigator.onLine && (isOpen() || isReachable)) {
    const body = JSON.stringify({ events: events.slice(-BATCH) });
    if (navigator.sendBeacon?.(ADDRESS, new Blob([body], { type: 'application/json' }))) return;
  }
  events.forEach(keep);
});
