// Brings the page up to date after a lost connection: first it sends the events that waited, then it asks for the
// current lists, the basket's count and the stars. What is pushed meanwhile is newer than the answer, and wins.

import {
  BASKET_CHANGED, CATCH_UP, FOR_YOU, IDENTITY_CHANGED, RANKING_CHANGED, RATING_CHANGED, RELATED_CHANGED, TRENDING_CHANGED,
} from './contract.js';
import { flush } from './interactions.js';
import { account } from './account_token.js';
import { railNames, railNamed } from './rails.js';
import { on, onWake, reopen, send, tell } from './socket.js';

const MESSAGES = [RANKING_CHANGED, RELATED_CHANGED, TRENDING_CHANGED, BASKET_CHANGED, RATING_CHANGED];
const AGAIN_MS = 5000;

const listeners = new Set();
const overtaken = new Set();
let wasThere = false;
let again = 0;

/** Call `listener()` each time the page is up to date again. */
export const onCaughtUp = (listener) => listeners.add(listener);

const slotOf = (name, { surface = '' }) => name + surface;

async function ask(lists) {
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
  clearTimeout(again);
  // A page that has just been made needs little: only its own list can have changed on the way.
  const lists = wasThere ? railNames() : [FOR_YOU];
  await flush();
  // The page is somebody else's: it is loaded again, so there is nothing to bring up to date.
  if (!await ask(lists)) return;
  wasThere = true;
  for (const listener of listeners) listener();
}

async function begin() {
  try {
    await catchUp();
  } catch {
    // The shop is slow, or gone again; then the next connection begins anew.
    again = setTimeout(begin, AGAIN_MS * (0.5 + Math.random()));
  }
}

for (const name of MESSAGES) {
  on(name, (message, { isCatchUp } = {}) => { if (!isCatchUp) overtaken.add(slotOf(name, message)); });
}
on('connect', begin);
on('disconnect', () => clearTimeout(again));
// A connection that does not answer after a sleep is dead.
onWake(() => catchUp().catch(reopen));
