// The basket: adds without leaving the page, keeps the count in the header, and places the order line by line.

import { announce } from './announce.js';
import { eventOf, deliver, originOf, report } from './interactions.js';
import { clicked } from './journeys.js';
import { newId } from './ids.js';
import { refresh } from './navigate.js';
import { on } from './socket.js';
import { decimal, gettext as _ } from './texts.js';

const DONE_MS = 1600;

let count = 0;
let busy = false;

function setCount(next) {
  const mark = document.querySelector('[data-basket] .count');
  count = next;
  mark.dataset.count = String(next);
  mark.firstChild.textContent = decimal(next);
}

async function add(form) {
  const data = new FormData(form);
  const quantity = Number(data.get('quantity'));
  const button = form.querySelector('button');
  const event = eventOf('cart_item_added', { item: data.get('item'), quantity, ...originOf(form) });
  clicked(event.event_id, performance.now());
  const expected = count + quantity;
  const receipt = await deliver(event);
  if (receipt && !receipt.accepted) {
    announce(_('That could not be added'));
    return;
  }
  // The socket brings the true count; without it this one is right until the next page.
  if (count < expected) setCount(expected);
  announce(_('Added to the basket'));
  const words = button.textContent;
  button.textContent = _('Added');
  setTimeout(() => { button.textContent = words; }, DONE_MS);
}

async function change(form, isRemoval) {
  busy = true;
  try {
    if (isRemoval) {
      await report('cart_item_removed', { item: form.dataset.basketLine, surface: 'basket' });
    } else {
      await fetch(form.action, { method: 'POST', headers: { Accept: 'application/json' }, body: new FormData(form) });
    }
    await refresh();
  } finally {
    busy = false;
  }
}

async function order(form) {
  const button = form.querySelector('button');
  if (busy) return;
  busy = true;
  button.setAttribute('aria-disabled', 'true');
  const number = newId();
  const items = [...document.querySelectorAll('.line[data-item]')].map((line) => line.dataset.item);
  const bought = items.map((item) => report('item_purchased', { item, order: number, surface: 'basket' }));
  const receipts = await Promise.all(bought);
  busy = false;
  if (receipts.every((receipt) => receipt?.accepted)) location.assign(`/basket/thanks/${number}`);
  else form.submit();
}

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.matches('[data-basket-add]')) {
    event.preventDefault();
    add(form);
  } else if (form.matches('[data-basket-line]')) {
    event.preventDefault();
    change(form, event.submitter?.name === 'remove');
  } else if (form.matches('[data-basket-order]')) {
    event.preventDefault();
    order(form);
  }
});
document.addEventListener('change', (event) => {
  const form = event.target.closest?.('[data-basket-line]');
  if (form?.reportValidity()) change(form, Number(event.target.value) === 0);
});
on('basket_changed', (message) => {
  const differs = message.count !== count;
  setCount(message.count);
  if (differs && !busy && document.getElementById('main').dataset.page === 'basket') refresh();
});
setCount(Number(document.querySelector('[data-basket] .count').dataset.count));
