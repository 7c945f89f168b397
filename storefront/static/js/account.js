// Accounts: shows a password while it is typed, and reloads the page when somebody else has signed in or out.

import { announce } from './announce.js';
import { onCaughtUp } from './catch_up.js';
import { IDENTITY_CHANGED } from './contract.js';
import { account } from './account_token.js';
import { onPage } from './navigate.js';
import { on, reopen } from './socket.js';

const LOADED_AGAIN = 'riverfront.loaded-again';
const TYPED = 'input:not([type="hidden"], [type="checkbox"], [type="radio"]), textarea';

const notice = document.querySelector('[data-stale]');
let leaving = false;
let others = null;

function toggle(button) {
  const input = document.getElementById(button.getAttribute('aria-controls'));
  const isShown = input.type === 'password';
  input.type = isShown ? 'text' : 'password';
  button.setAttribute('aria-pressed', String(isShown));
}

const isTypedInto = () => [...document.getElementById('main').querySelectorAll(TYPED)]
  .some((field) => field.value !== field.defaultValue);

function note(mark) {
  try {
    if (mark === null) sessionStorage.removeItem(LOADED_AGAIN);
    else sessionStorage.setItem(LOADED_AGAIN, mark);
    return true;
  } catch {
    return false;
  }
}

function noted() {
  try {
    return sessionStorage.getItem(LOADED_AGAIN);
  } catch {
    return null;
  }
}

/** Load the page again as the one who is there now; whoever is typing is asked first. */
function become(_message, { isCatchUp = false } = {}) {
  if (leaving) return;
  // If that did not help once, it will not the second time.
  if (isCatchUp && noted() === account) return;
  if (isTypedInto()) {
    if (!notice.hidden) return;
    notice.hidden = false;
    announce(notice.querySelector('p').textContent);
    return;
  }
  if (!isCatchUp || note(account)) location.reload();
}

// A new document tells the browser's other documents which account it was made for. One that was made for another
// account asks the shop by a new connection which is right, and answers, since it may be the newer one.
function meetOthers() {
  if (!('BroadcastChannel' in window)) return;
  others = new BroadcastChannel('riverfront.account');
  others.addEventListener('message', ({ data }) => {
    if (data.account === account) return;
    if (!data.isAnswer) others.postMessage({ account, isAnswer: true });
    reopen();
  });
  others.postMessage({ account });
}

onPage((main) => {
  for (const button of main.querySelectorAll('[data-show-password]')) button.hidden = false;
  // On a narrow screen the menu scrolls: the page that is open should be in sight.
  main.querySelector('.account__menu [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
});
document.addEventListener('click', (event) => {
  const button = event.target.closest?.('[data-show-password]');
  if (button) toggle(button);
  if (event.target.closest?.('[data-stale-button]')) location.reload();
});
document.addEventListener('submit', (event) => {
  // A password is never kept as plain text by the browser's form history.
  for (const button of event.target.querySelectorAll('[data-show-password][aria-pressed="true"]')) toggle(button);
  // The page that signs in or out goes on by itself; it must not be loaded again under its own form.
  leaving = new URL(event.target.action).pathname.startsWith('/account/');
});
addEventListener('pagehide', () => others?.close());
addEventListener('pageshow', (event) => {
  leaving = false;
  if (event.persisted) meetOthers();
});
on(IDENTITY_CHANGED, become);
onCaughtUp(() => note(null));
meetOthers();
