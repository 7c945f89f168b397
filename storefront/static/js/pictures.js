// Pictures of cards that are about to arrive: they are loaded and decoded first, so that no card comes blank.

import { at } from './addresses.js';

const WAIT_MS = 250;
const KEPT = 96;

// Held on to, so that a card that names one of them has it at once.
const decoded = new Map();

/** Decode the pictures at some addresses. Returns null if all are, else a promise for that, or for the end of a short time. */
export function decode(addresses) {
  const missing = [...new Set(addresses)].filter((address) => address && !decoded.has(address));
  if (!missing.length || document.hidden) return null;
  const late = new Promise((resolve) => { setTimeout(resolve, WAIT_MS); });
  return Promise.race([Promise.allSettled(missing.map(decodeOne)), late]);
}

async function decodeOne(address) {
  const image = new Image();
  image.src = at(address);
  await image.decode();
  decoded.set(address, image);
  if (decoded.size > KEPT) decoded.delete(decoded.keys().next().value);
}
