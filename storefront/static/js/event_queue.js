// The queue of events that could not be sent yet, oldest first. It is shared by all tabs of the browser, and bounded.
// Each event names the account that it was made under, and is only sent while that account is signed in. Events from
// before the sign-in belong to the account.

import { RANKING_SHOWN } from './contract.js';
import { account } from './account_token.js';

const STORE = 'riverfront.waiting';
const MOST = 100;
const TIMEOUT_MS = 10000;
const OLDEST_SECONDS = 24 * 60 * 60;

/** The queued events of the present account, oldest first. */
export const readWaiting = () => readAll().filter((event) => !event.account || event.account === account);

function readAll() {
  try {
    const stored = JSON.parse(localStorage.getItem(STORE));
    const since = Date.now() / 1000 - OLDEST_SECONDS;
    return Array.isArray(stored) ? stored.filter((event) => event?.event_id && event.occurred_at > since) : [];
  } catch {
    return [];
  }
}

/** Queue an event. If the queue is full, impressions are dropped first, then the oldest events. */
export function keep(event) {
  const waiting = readAll().filter(({ event_id: id }) => id !== event.event_id);
  waiting.push(event);
  while (waiting.length > MOST) {
    waiting.splice(Math.max(0, waiting.findIndex(({ kind }) => kind === RANKING_SHOWN)), 1);
  }
  write(waiting);
}

/** Remove events that were accepted, or never will be. */
export function forget(events) {
  const gone = new Set(events.map(({ event_id: id }) => id));
  write(readAll().filter(({ event_id: id }) => !gone.has(id)));
}

/** Run in one tab at a time. Rejects if another tab holds the lock for too long. */
export async function alone(work) {
  if (!navigator.locks) return work();
  return navigator.locks.request(STORE, { signal: AbortSignal.timeout(TIMEOUT_MS) }, work);
}

function write(events) {
  try {
    if (events.length) localStorage.setItem(STORE, JSON.stringify(events));
    else localStorage.removeItem(STORE);
  } catch {
    // A browser without storage loses events that it could not send.
  }
}
