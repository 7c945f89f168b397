/** The socket: it opens with what opens the API, and each new list comes by it. */

import { io } from 'socket.io-client';
import type { Riverfront } from './riverfront.js';

const OPEN_MS = 3000;
const LONGEST_WAIT_MS = 30_000;

// eslint-disable-next-line -- each message has a shape of its own
type Listeners = Record<string, (message: any) => void>;

export interface Live {
  close(): void;
}

/** Open a socket for a visitor, and keep it open. What was missed while it was closed is asked for when it opens. */
export function connect(client: Riverfront, visitor: string, listeners: Listeners): Live {
  const { origin, pathname } = new URL(client.address);
  const socket = io(origin, {
    path: `${pathname.replace(/\/$/, '')}/socket.io/`,
    autoConnect: false,
    forceNew: true,
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    timeout: OPEN_MS,
    reconnectionDelayMax: LONGEST_WAIT_MS,
  });
  let isClosed = false;
  let wait = 500;

  /** Open it with a credential that holds. */
  async function open(): Promise<void> {
    const key = await client.credential();
    if (isClosed) return;
    socket.io.opts.query = { key, visitor };
    socket.connect();
  }

  for (const [name, listener] of Object.entries(listeners)) socket.on(name, listener);
  socket.on('connect', () => {
    wait = 500;
    socket.emit('catch_up', { lists: ['for_you'] }, ({ messages }: { messages: { name: string; message: unknown }[] }) => {
      for (const { name, message } of messages) listeners[name]?.(message);
    });
  });
  socket.on('connect_error', ({ message }) => {
    // Some proxies let no web socket through, and do not say so.
    if (message === 'timeout') {
      socket.io.opts.transports = ['polling', 'websocket'];
      socket.io.timeout(20_000);
    }
    void client.credential().then((key) => (socket.io.opts.query = { key, visitor }));
  });
  socket.on('disconnect', (reason) => {
    // The shop has ended it: the token has expired.
    if (reason !== 'io server disconnect') return;
    setTimeout(open, wait * (1 + Math.random()));
    wait = Math.min(2 * wait, LONGEST_WAIT_MS);
  });
  const hide = ({ persisted }: PageTransitionEvent) => persisted && socket.disconnect();
  const show = ({ persisted }: PageTransitionEvent) => persisted && void open();
  addEventListener('pagehide', hide);
  addEventListener('pageshow', show);
  void open();
  return {
    close() {
      isClosed = true;
      removeEventListener('pagehide', hide);
      removeEventListener('pageshow', show);
      socket.disconnect();
    },
  };
}
