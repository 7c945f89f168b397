// Reports what the visitor does: over the socket while it is open, by HTTP while not, later while neither works.
// An event keeps its id on every way, so that the shop counts it once.

import { newId } from './ids.js';
import { isOpen, on, send } from './socket.js';

const ADDRESS = '/interactions';
const STORE = 'riverfront.waiting';
const MOST_WAITING = 50;
const RETRY_MS = 5000;

const unconfirmed = new Map();
let retry = 0;

/** Make an event of what happened now. */
export function eventOf(kind, fields) {
  const now = Date.now();
  return { kind, event_id: newId(now), occurred_at: now / 1000, ...fields };
}

/** Which list an element stands in: what an event says of where it came from. */
export function originOf(element) {
  const surface = element.closest('[data-surface]')?.dataset.surface;
  const rankingId = element.closest('[data-ranking-id]')?.dataset.rankingId;
  return { ...(surface && { surface }), ...(rankingId && { ranking_id: rankingId }) };
}

/** Deliver an event; resolves with the shop's receipt, or null if it has to wait. */
export async function deliver(event, name = 'interaction') {
  unconfirmed.set(event.event_id, event);
  try {
    return await overSocket(event, name);
  } catch {
    try {
      return (await overHttp([event]))[0];
    } catch {
      wait(event);
      return null;
    }
  } finally {
    unconfirmed.delete(event.event_id);
  }
}

/** Keep an event back. If the page goes before it is delivered or released, it is sent then. */
export const hold = (event) => unconfirmed.set(event.event_id, event);

/** Take back an event that was kept back: it never happened. */
export const release = (event) => unconfirmed.delete(event.event_id);

export const report = (kind, fields) => deliver(eventOf(kind, fields));

async function overSocket(event, name) {
  if (!isOpen()) throw new Error('no socket');
  const receipt = await send(name, event);
  if (receipt.reason === 'too many events') throw new Error(receipt.reason);
  return receipt;
}

async function overHttp(events) {
  const response = await fetch(ADDRESS, {
    method: 'POST',
    keepalive: true,
    headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
    body: JSON.stringify({ events }),
  });
  if (!response.ok) throw new Error(`answer ${response.status}`);
  const { receipts } = await response.json();
  if (receipts.some((receipt) => receipt.reason === 'too many events')) throw new Error('too many events');
  return receipts;
}

function readWaiting() {
  try {
    return JSON.parse(localStorage.getItem(STORE)) ?? [];
  } catch {
    return [];
  }
}

function writeWaiting(events) {
  try {
    if (events.length) localStorage.setItem(STORE, JSON.stringify(events.slice(-MOST_WAITING)));
    else localStorage.removeItem(STORE);
  } catch {
    // A browser without storage loses what it could not send.
  }
}

function wait(event) {
  writeWaiting([...readWaiting(), event]);
  clearTimeout(retry);
  retry = setTimeout(flush, RETRY_MS);
}

/** Send what waits, oldest first. */
export async function flush() {
  const waiting = readWaiting();
  if (!waiting.length) return;
  writeWaiting([]);
  try {
    await overHttp(waiting);
  } catch {
    for (const event of waiting) wait(event);
  }
}

addEventListener('online', flush);
on('connect', flush);
addEventListener('pagehide', () => {
  if (!unconfirmed.size) return;
  const body = JSON.stringify({ events: [...unconfirmed.values()].slice(-MOST_WAITING) });
  navigator.sendBeacon?.(ADDRESS, new Blob([body], { type: 'application/json' }));
});
