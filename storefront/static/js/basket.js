// The basket: adds products without leaving the page, updates the count in the header, and saves quantities as they change.
// Changes made offline are saved when the connection is back.

import { announce } from './announce.js';
import { onCaughtUp } from './catch_up.js';
import { BASKET_CHANGED, CART_ITEM_ADDED } from './contract.js';
import { newId } from './event_id.js';
import { deliver, eventOf, originOf } from './interactions.js';
import { clicked } from './journeys.js';
import { refresh } from './navigate.js';
import { whenFree } from './rails.js';
import { isOpen, on } from './socket.js';
import { decimal, gettext as _, ngettext } from './texts.js';

const DONE_MS = 1600;
const DOUBLE_CLICK_MS = 500;
const REST_MS = 400;
const TIMEOUT_MS = 10000;

class Refused extends Error {}

let count = 0;
let busy = 0;
let isStale = false;
let turn = Promise.resolve();
const waiting = new Map();
// Lines to be saved when the connection is back, and whether they are removals.
const unsaved = new Map();
// Forms and buttons that add a product right now: the second click of a double click adds nothing.
const adding = new Set();

function setCount(next) {
  const mark = document.querySelector('[data-basket] .count');
  count = next;
  mark.dataset.count = String(next);
  mark.firstChild.textContent = decimal(next);
  const word = ngettext('item', 'items', next);
  mark.lastChild.textContent = ` ${word}`;
}

const isBasket = () => document.getElementById('main').dataset.page === 'basket';

async function add(form, button) {
  const data = new FormData(form);
  if (!await put(form, data.get('item'), Number(data.get('quantity')))) return;
  const words = button.textContent;
  button.textContent = _('Added');
  setTimeout(() => { button.textContent = words; }, DONE_MS);
}

/** Add one of a card's product. */
async function addQuickly(button) {
  if (!await put(button, button.value, 1)) return;
  button.dataset.state = 'done';
  setTimeout(() => { delete button.dataset.state; }, DONE_MS);
}

/** Add a product that a form or a button on the page names. Resolves with whether it was added. */
async function put(source, item, quantity) {
  if (adding.has(source)) return false;
  adding.add(source);
  setTimeout(() => adding.delete(source), DOUBLE_CLICK_MS);
  const event = eventOf(CART_ITEM_ADDED, { item, quantity, ...originOf(source) });
  clicked(event, performance.now());
  const expected = count + quantity;
  const receipt = await deliver(event);
  if (receipt && !receipt.accepted) {
    announce(_('Couldn’t add to basket'));
    return false;
  }
  // The socket brings the exact count; without it, this one is good until the next page.
  if (count < expected) setCount(expected);
  announce(_('Added to basket'));
  return true;
}

// Debounced: a quantity is saved once, after the last change.
function changeSoon(form) {
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(() => change(form, Number(form.elements.quantity.value) === 0), REST_MS));
}

// One at a time, so that no response was rendered before the last change was saved.
function inTurn(work) {
  turn = turn.then(work);
}

function change(form, isRemoval) {
  clearTimeout(waiting.get(form));
  waiting.delete(form);
  unsaved.delete(form);
  say(form, _('Saving…'));
  busy += 1;
  inTurn(async () => {
    try {
      await saved(form, await save(form, isRemoval));
    } catch (error) {
      notSaved(form, isRemoval, error);
    } finally {
      busy -= 1;
    }
  });
}

async function save(form, isRemoval) {
  const body = new FormData(form);
  if (isRemoval) body.set('remove', '1');
  const answer = await fetch(form.action, {
    method: 'POST',
    headers: { Accept: 'application/json' },
    body,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!answer.ok) throw new Refused(`answer ${answer.status}`);
  return answer.json();
}

function notSaved(form, isRemoval, error) {
  if (error instanceof Refused || (isOpen() && navigator.onLine)) {
    say(form, _('Not saved. Try again.'), 'failed');
    announce(_('Couldn’t save your change'));
  } else {
    unsaved.set(form, isRemoval);
    say(form, _('We’ll save this when you’re back online.'), 'waiting');
    announce(_('We’ll save this when you’re back online.'));
  }
}

async function saved(form, basket) {
  setCount(basket.count);
  const subtotal = document.querySelector('[data-subtotal]');
  if (subtotal) subtotal.textContent = basket.subtotal;
  if (!basket.quantity) {
    const title = document.querySelector('main h1');
    await renew();
    form.closest('.line').remove();
    announce(_('Removed from basket'));
    // The focused line was removed: move the focus to the heading.
    if (title && (!title.isConnected || isStale)) focusOn(document.querySelector('main h1'));
    return;
  }
  if (!form.isConnected) {
    // The page was replaced meanwhile by one from before this was saved.
    if (isBasket()) await renew();
    return;
  }
  const line = form.closest('.line');
  line.querySelector('[data-line-sum]').textContent = basket.sum;
  // The next change is another one; until it is saved, the same one may be sent again.
  form.elements.form_id.value = newId();
  form.elements.was.value = basket.quantity;
  // Unless the visitor has changed it again.
  if (!waiting.has(form)) form.elements.quantity.value = basket.quantity;
  say(form, _('Saved'), 'saved');
  announce(_('Saved. Subtotal %(subtotal)s', { subtotal: basket.subtotal }));
}

/** Refresh the basket, now or when the connection is back. */
async function renew() {
  try {
    await refresh();
    isStale = false;
  } catch {
    isStale = true;
  }
}

function catchUp() {
  for (const [form, isRemoval] of [...unsaved]) change(form, isRemoval);
  inTurn(() => isStale && isBasket() && renew());
}

function focusOn(element) {
  element?.setAttribute('tabindex', '-1');
  element?.focus();
}

function say(form, words, state = '') {
  const place = form.querySelector('[data-line-state]');
  place.textContent = words;
  place.dataset.state = state;
  if (state !== 'saved') return;
  setTimeout(() => {
    if (place.textContent === words) place.textContent = '';
  }, DONE_MS);
}

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.matches('[data-basket-add]')) {
    event.preventDefault();
    add(form, event.submitter ?? form.querySelector('button'));
  } else if (form.matches('[data-basket-quick]') && event.submitter) {
    event.preventDefault();
    addQuickly(event.submitter);
  } else if (form.matches('[data-basket-line]')) {
    event.preventDefault();
    change(form, event.submitter?.name === 'remove');
  }
});
document.addEventListener('change', (event) => {
  const form = event.target.closest?.('[data-basket-line]');
  if (form?.reportValidity()) changeSoon(form);
});
on(BASKET_CHANGED, (message) => {
  const differs = message.count !== count;
  setCount(message.count);
  if (differs && !busy && isBasket()) whenFree().then(() => inTurn(() => isBasket() && renew()));
});
onCaughtUp(catchUp);
addEventListener('online', catchUp);
const shown = document.querySelector('[data-basket] .count').dataset.count;
// Without a number the shop could not read the basket.
if (shown) setCount(Number(shown));
