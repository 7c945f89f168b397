// The one connection to the shop. It stays open while pages change.

import { io } from '../vendor/socket.io.esm.min.js';

const ACK_MS = 2500;
const isOps = document.documentElement.hasAttribute('data-ops');

const socket = io({
  transports: ['websocket', 'polling'],
  tryAllTransports: true,
  auth: isOps ? { ops: true } : {},
  reconnectionDelay: 250,
  reconnectionDelayMax: 5000,
});

export const isOpen = () => socket.connected;

export const on = (name, listener) => socket.on(name, listener);

/** Send a message; resolves with the shop's answer, rejects if none comes in time. */
export const send = (name, message) => socket.timeout(ACK_MS).emitWithAck(name, message);
