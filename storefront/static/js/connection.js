// Shows in the corner whether the page is connected to the shop. Short interruptions are not mentioned.

import { announce } from './announce.js';
import { onCaughtUp } from './catch_up.js';
import { isOpen, on } from './socket.js';

const QUIET_MS = 2000;
// After this long without the shop the page stops saying that it will be back in a moment.
const LONG_MS = 12000;

const box = document.querySelector('[data-journey]');
const words = (state) => box.querySelector(`[data-journey-state="${state}"]`)?.textContent ?? '';

let timer = 0;
let isAway = false;

function show(state) {
  if (box.dataset.state === state) return;
  const wasOffline = box.dataset.state === 'offline';
  box.dataset.state = state;
  if (state === 'offline') announce(words('offline'));
  else if (state === 'live' && wasOffline) announce(words('back'));
}

const missing = () => (navigator.onLine ? 'catching-up' : 'offline');

function away() {
  if (isAway) return;
  isAway = true;
  clearTimeout(timer);
  timer = setTimeout(() => {
    show(missing());
    timer = setTimeout(() => show('offline'), LONG_MS - QUIET_MS);
  }, QUIET_MS);
}

function back() {
  isAway = false;
  clearTimeout(timer);
  show('live');
}

on('disconnect', away);
on('connect_error', away);
on('connect', () => {
  // A word that is on the page stays until everything is caught up, and then goes for good.
  if (box.dataset.state === 'offline') show('catching-up');
});
onCaughtUp(back);
addEventListener('offline', away);
addEventListener('online', () => { if (box.dataset.state === 'offline' && !isOpen()) show('catching-up'); });
