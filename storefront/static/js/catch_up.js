// Brings the page up to date after a lost connection: sends the queued events, then requests the current lists, the
// basket's count, the stars and the heart. What is pushed meanwhile is newer than the response, and wins.

import {
  BASKET_CHANGED, CATCH_UP, FOR_YOU, IDENTITY_CHANGED, RANKING_CHANGED, RATING_CHANGED, RELATED_CHANGED, TRENDING_CHANGED,
  WISH_CHANGED,
} from './contract.js';
import { flush } from './interactions.js';
import { account } from './account_token.js';
import { railNames, railNamed } from './rails.js';
import { on, onWake, reopen, send, tell } from './socket.js';

const MESSAGES = [RANKING_CHANGED, RELATED_CHANGED, TRENDING_CHANGED, BASKET_CHANGED, RATING_CHANGED, WISH_CHANGED];
const RETRY_MS = 5000;

const listeners = new Set();
const overtaken = new Set();
let wasConnected = false;
let retryTimer = 0;

/** Call `listener()` each time the page is up to date again. */
export const onCaughtUp = (listener) => listeners.add(listener);

const slotOf = (name, { surface = '' }) => name + surface;

async function requestMissed(lists) {
  overtaken.clear();
  const { item } = document.getElementById('main').dataset;
  const rankingId = railNamed(FOR_YOU)?.rankingId;
  const page = { lists, account, ...(item && { item }), ...(rankingId && { ranking_id: rankingId }) };
  const answer = await send(CATCH_UP, page);
  for (const { name, message } of answer.messages) {
    if (!overtaken.has(slotOf(name, message))) tell(name, message);
  }
  return answer.messages.every(({ name }) => name !== IDENTITY_CHANGED);
}

async function catchUp() {
  clearTimeout(retryTimer);
  // A page that has just been rendered needs little: only the visitor's own list can have changed.
  const lists = wasConnected ? railNames() : [FOR_YOU];
  await flush();
  // The page belongs to another account: it is reloaded, so there is nothing to update.
  if (!await requestMissed(lists)) return;
  wasConnected = true;
  for (const listener of listeners) listener();
}

async function start() {
  try {
    await catchUp();
  } catch {
    // The shop is slow or unreachable again; the next connection starts over.
    retryTimer = setTimeout(start, RETRY_MS * (0.5 + Math.random()));
  }
}

for (const name of MESSAGES) {
  on(name, (message, { isCatchUp } = {}) => { if (!isCatchUp) overtaken.add(slotOf(name, message)); });
}
on('connect', start);
on('disconnect', () => clearTimeout(retryTimer));
// A connection that does not answer after the machine slept is dead.
onWake(() => catchUp().catch(reopen));
