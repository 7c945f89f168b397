// Accounts: shows a password while it is typed, and reloads the page after a sign-in or sign-out elsewhere.

import { pathOf } from './addresses.js';
import { announce } from './announce.js';
import { onCaughtUp } from './catch_up.js';
import { IDENTITY_CHANGED } from './contract.js';
import { account } from './account_token.js';
import { onPage } from './navigate.js';
import { on, reopen } from './socket.js';

const RELOADED_FOR = 'riverfront.loaded-again';
const TYPED = 'input:not([type="hidden"], [type="checkbox"], [type="radio"]), textarea';

const notice = document.querySelector('[data-stale]');
let leaving = false;
let channel = null;

function toggle(button) {
  const input = document.getElementById(button.getAttribute('aria-controls'));
  const isShown = input.type === 'password';
  input.type = isShown ? 'text' : 'password';
  button.setAttribute('aria-pressed', String(isShown));
}

const hasUnsavedInput = () => [...document.getElementById('main').querySelectorAll(TYPED)]
  .some((field) => field.value !== field.defaultValue);

function setMark(mark) {
  try {
    if (mark === null) sessionStorage.removeItem(RELOADED_FOR);
    else sessionStorage.setItem(RELOADED_FOR, mark);
    return true;
  } catch {
    return false;
  }
}

function getMark() {
  try {
    return sessionStorage.getItem(RELOADED_FOR);
  } catch {
    return null;
  }
}

/** Reload the page under the present account; ask first if there is unsaved input. */
function reloadForAccount(_message, { isCatchUp = false } = {}) {
  if (leaving) return;
  // If reloading did not help once, it will not the second time.
  if (isCatchUp && getMark() === account) return;
  if (hasUnsavedInput()) {
    if (!notice.hidden) return;
    notice.hidden = false;
    announce(notice.querySelector('p').textContent);
    return;
  }
  if (!isCatchUp || setMark(account)) location.reload();
}

// A new document tells the browser's other tabs which account it was made for. A tab of another account reconnects, so that
// the shop decides which one is out of date, and answers, since that may be the new one.
function compareWithOtherTabs() {
  if (!('BroadcastChannel' in window)) return;
  channel = new BroadcastChannel('riverfront.account');
  channel.addEventListener('message', ({ data }) => {
    if (data.account === account) return;
    if (!data.isAnswer) channel.postMessage({ account, isAnswer: true });
    reopen();
  });
  channel.postMessage({ account });
}

onPage((main) => {
  for (const button of main.querySelectorAll('[data-show-password]')) button.hidden = false;
  // On a narrow screen the menu scrolls: bring the current entry into view.
  main.querySelector('.account__menu [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
});
document.addEventListener('click', (event) => {
  const button = event.target.closest?.('[data-show-password]');
  if (button) toggle(button);
  if (event.target.closest?.('[data-stale-button]')) location.reload();
});
document.addEventListener('submit', (event) => {
  // The browser's form history must not keep a password as plain text.
  for (const button of event.target.querySelectorAll('[data-show-password][aria-pressed="true"]')) toggle(button);
  // This page is signing in or out itself: it must not reload during the submission.
  leaving = Boolean(pathOf(new URL(event.target.action))?.startsWith('/account/'));
});
addEventListener('pagehide', () => channel?.close());
addEventListener('pageshow', (event) => {
  leaving = false;
  if (event.persisted) compareWithOtherTabs();
});
on(IDENTITY_CHANGED, reloadForAccount);
onCaughtUp(() => setMark(null));
compareWithOtherTabs();
