// Accounts: shows a password to who types it, and loads the page again when the visitor has become somebody else.

import { onPage } from './navigate.js';
import { on } from './socket.js';

let leaving = false;

function toggle(button) {
  const input = document.getElementById(button.getAttribute('aria-controls'));
  const isShown = input.type === 'password';
  input.type = isShown ? 'text' : 'password';
  button.setAttribute('aria-pressed', String(isShown));
}

onPage((main) => {
  for (const button of main.querySelectorAll('[data-show-password]')) button.hidden = false;
  // On a narrow screen the menu scrolls: the page that is open should be in sight.
  main.querySelector('.account__menu [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
});
document.addEventListener('click', (event) => {
  const button = event.target.closest?.('[data-show-password]');
  if (button) toggle(button);
});
document.addEventListener('submit', (event) => {
  // A password is never kept as plain text by the browser's form history.
  for (const button of event.target.querySelectorAll('[data-show-password][aria-pressed="true"]')) toggle(button);
  // The page that signs in or out goes on by itself; it must not be loaded again under its own form.
  leaving = new URL(event.target.action).pathname.startsWith('/account/');
});
addEventListener('pageshow', () => { leaving = false; });
on('identity_changed', () => { if (!leaving) location.reload(); });
