// The queue of events that could not be sent yet, oldest first. It is shared by all tabs of the browser, and bounded.
// Each event names the account that it was made under and waits until that is signed in again: it is never sent as
// another's. Events from before the sign-in belong to the account.

import { RANKING_SHOWN } from './contract.js';
import { account } from './account_token.js';

const STORE = 'riverfront.waiting';
const MOST = 100;
const TIMEOUT_MS = 10000;
const OLDEST_SECONDS = 24 * 60 * 60;

/** What waits to be sent as who is there now, oldest first. */
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

/** Let an event wait. When there are too many, what was only looked at goes first, then the oldest. */
export function keep(event) {
  const waiting = readAll().filter(({ event_id: id }) => id !== event.event_id);
  waiting.push(event);
  while (waiting.length > MOST) {
    waiting.splice(Math.max(0, waiting.findIndex(({ kind }) => kind === RANKING_SHOWN)), 1);
  }
  write(waiting);
}

/** These have been taken in, or never will be. */
export function forget(events) {
  const gone = new Set(events.map(({ event_id: id }) => id));
  write(readAll().filter(({ event_id: id }) => !gone.has(id)));
}

/** Do this work in one tab at a time. Rejects if another tab does not let go. */
export async function alone(work) {
  if (!navigator.locks) return work();
  return navigator.locks.request(STORE, { signal: AbortSignal.timeout(TIMEOUT_MS) }, work);
}

function write(events) {
  try {
    if (events.length) localStorage.setItem(STORE, JSON.stringify(events));
    else localStorage.removeItem(STORE);
  } catch {
    // A browser without storage loses what it could not send.
  }
}
