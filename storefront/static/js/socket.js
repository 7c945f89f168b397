// The socket connection to the shop, which stays open while pages change. A broken one is reopened, and at once when that is
// likely to work: the network is back, the tab becomes visible, the machine wakes, the page is restored.
//
// Some proxies let no web socket through, and do not even say so. Where one does not open in time, the connection begins
// with plain requests, and changes to a web socket if there is a way after all. The next pages of this tab begin like that,
// until one has come through.

import { at } from './addresses.js';
import { io } from '../vendor/socket.io.esm.min.js';
import { whenShown } from './prerender.js';

const ACK_MS = 2500;
const FIRST_RETRY_MS = 2000;
const LONGEST_RETRY_MS = 60000;
const TICK_MS = 5000;
// A timer late by more than this: the machine or the page was asleep.
const ASLEEP_MS = 20000;
const OPEN_MS = 3000;
const LONGEST_OPEN_MS = 20000;
const SOCKET_FIRST = ['websocket', 'polling'];
const PLAIN_FIRST = ['polling', 'websocket'];
const STORE = 'riverfront.plain-first';
const isOps = document.documentElement.hasAttribute('data-ops');

function isPlainFirst() {
  try {
    return sessionStorage.getItem(STORE) !== null;
  } catch {
    return false;
  }
}

const socket = io({
  path: at('/socket.io/'),
  autoConnect: false,
  transports: [...(isPlainFirst() ? PLAIN_FIRST : SOCKET_FIRST)],
  tryAllTransports: true,
  timeout: isPlainFirst() ? LONGEST_OPEN_MS : OPEN_MS,
  auth: isOps ? { ops: true } : {},
  reconnectionDelay: 250,
  reconnectionDelayMax: 5000,
  randomizationFactor: 0.5,
});
whenShown(() => socket.connect());
const wakers = new Set();

let retryMs = FIRST_RETRY_MS;
let retry = 0;
let hiddenAt = document.hidden ? Date.now() : null;
let tickedAt = Date.now();

export const isOpen = () => socket.connected;

export const on = (name, listener) => socket.on(name, listener);

/** Send a message; resolves with the shop's response, rejects on a timeout. */
export const send = (name, message) => socket.timeout(ACK_MS).emitWithAck(name, message);

/** Dispatch a message that came with a response, as if it had been pushed. */
export function tell(name, message) {
  for (const listener of socket.listeners(name)) listener(message, { isCatchUp: true });
}

/** Call `listener()` when the page wakes and its connection may be dead. */
export const onWake = (listener) => wakers.add(listener);

/** Replace the connection by a new one now. */
export function reopen() {
  clearTimeout(retry);
  socket.disconnect();
  socket.connect();
}

function wake() {
  if (!socket.connected) reopen();
  else for (const listener of wakers) listener();
}

// The shop closed or refused the connection: the client does not retry by itself. The visitor's cookie may be missing or
// outdated; any HTTP response sets a valid one.
async function tryLater(seconds = 0) {
  clearTimeout(retry);
  retry = setTimeout(async () => {
    if (!isOps) await fetch(at('/recommendations'), { headers: { Accept: 'application/json' } }).catch(() => {});
    if (!socket.connected) reopen();
  }, Math.max(retryMs * (0.5 + Math.random()), seconds * 1000 * (1 + Math.random())));
  retryMs = Math.min(2 * retryMs, LONGEST_RETRY_MS);
}

// The seconds to wait if the shop said no before there was a connection; null where something else went wrong. A proxy
// whose shop is away answers with a page.
function refusedFor({ context }) {
  if (!context?.getResponseHeader?.('Content-Type')?.startsWith('application/json')) return null;
  return Number(context.getResponseHeader('Retry-After')) || 0;
}

socket.on('connect', () => {
  clearTimeout(retry);
  retryMs = FIRST_RETRY_MS;
});
socket.on('disconnect', (reason) => { if (reason === 'io server disconnect') tryLater(); });
// The client tries the transports in this order from the next attempt on.
function begin(transports) {
  const isPlain = transports === PLAIN_FIRST;
  socket.io.opts.transports = [...transports];
  socket.io.timeout(isPlain ? LONGEST_OPEN_MS : OPEN_MS);
  try {
    if (isPlain) sessionStorage.setItem(STORE, '1');
    else sessionStorage.removeItem(STORE);
  } catch {
    // Without storage, the next page finds out by itself.
  }
}

socket.io.on('open', () => socket.io.engine.once('upgrade', () => begin(SOCKET_FIRST)));

socket.on('connect_error', (error) => {
  if (error.message === 'timeout') begin(PLAIN_FIRST);
  const seconds = refusedFor(error);
  // The client would soon try again by itself.
  if (seconds !== null) socket.disconnect();
  if (!socket.active) tryLater(seconds ?? 0);
});
addEventListener('online', reopen);
// A page in the back/forward cache may not keep a connection.
addEventListener('pagehide', (event) => { if (event.persisted) socket.disconnect(); });
addEventListener('pageshow', (event) => { if (event.persisted) reopen(); });
document.addEventListener('resume', wake);
document.addEventListener('visibilitychange', () => {
  const wasHiddenAt = hiddenAt;
  hiddenAt = document.hidden ? Date.now() : null;
  if (!document.hidden && (!socket.connected || Date.now() - wasHiddenAt > ASLEEP_MS)) wake();
});
setInterval(() => {
  const slept = Date.now() - tickedAt > ASLEEP_MS;
  tickedAt = Date.now();
  if (slept && !document.hidden) wake();
}, TICK_MS);
