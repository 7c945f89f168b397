// Shows in the header, and in the corner where it has to be said, whether the page is connected to the shop. Short interruptions are not shown.

import { announce } from './announce.js';
import { onCaughtUp } from './catch_up.js';
import { isOpen, on } from './socket.js';

const QUIET_MS = 2000;
// After this long without a connection the status changes from reconnecting to offline.
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

const stateWithout = () => (navigator.onLine ? 'catching-up' : 'offline');

function disconnected() {
  if (isAway) return;
  isAway = true;
  clearTimeout(timer);
  timer = setTimeout(() => {
    show(stateWithout());
    timer = setTimeout(() => show('offline'), LONG_MS - QUIET_MS);
  }, QUIET_MS);
}

function connected() {
  isAway = false;
  clearTimeout(timer);
  show('live');
}

on('disconnect', disconnected);
on('connect_error', disconnected);
on('connect', () => {
  // A visible status stays until the page is up to date.
  if (box.dataset.state === 'offline') show('catching-up');
});
onCaughtUp(connected);
addEventListener('offline', disconnected);
addEventListener('online', () => { if (box.dataset.state === 'offline' && !isOpen()) show('catching-up'); });
