// The basket's drawer: what a click on the basket shows without leaving the page. Where it cannot be filled, the link leads to
// the basket's page, as it does without scripts and with a key held down.

import { at, productAddress } from './addresses.js';
import { BASKET_CHANGED } from './contract.js';
import { onPage, open } from './navigate.js';
import { on } from './socket.js';
import { gettext as _ } from './texts.js';

const ADDRESS = at('/basket/summary');
const TIMEOUT_MS = 3000;
const OWN_PAGES = new Set(['basket', 'checkout']);

const drawer = document.querySelector('[data-drawer]');
const part = (name) => drawer.querySelector(`[data-drawer-${name}]`);

async function load() {
  const answer = await fetch(ADDRESS, { headers: { Accept: 'application/json' }, signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!answer.ok) throw new Error(`answer ${answer.status}`);
  return answer.json();
}

function makeLine({ item, title, picture, quantity, sum }) {
  const line = part('line').content.firstElementChild.cloneNode(true);
  line.querySelector('a').href = productAddress(item);
  line.querySelector('img').src = at(picture);
  line.querySelector('.drawer__title').textContent = title;
  line.querySelector('.drawer__quantity').textContent = _('%(count)s ×', { count: quantity });
  line.querySelector('.drawer__price').textContent = sum;
  return line;
}

function fill({ lines, gone, subtotal }) {
  part('lines').replaceChildren(...lines.map(makeLine));
  part('subtotal').textContent = subtotal;
  part('empty').hidden = lines.length > 0;
  part('unavailable').hidden = !gone;
  part('sum').hidden = !lines.length;
  part('checkout').hidden = !lines.length;
}

async function show(link) {
  try {
    fill(await load());
  } catch {
    open(link.href);
    return;
  }
  drawer.showModal();
  // A browser gives the focus back to the link when the drawer closes.
  drawer.querySelector('h2').focus({ preventScroll: true });
}

document.addEventListener('click', (event) => {
  const link = event.target.closest?.('[data-basket]');
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (link && isPlain && drawer.showModal && !OWN_PAGES.has(document.getElementById('main').dataset.page)) {
    event.preventDefault();
    if (!drawer.open) show(link);
  }
});
// What is not in the drawer's box is behind it.
drawer.addEventListener('click', (event) => {
  if (event.target === drawer || event.target.closest('[data-drawer-close]')) drawer.close();
});
on(BASKET_CHANGED, () => {
  if (drawer.open) load().then(fill, () => drawer.close());
});
onPage(() => drawer.close());
