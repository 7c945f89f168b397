/**
 * The tracker: tells Riverfront what a visitor does, and loads the rail where there is one on the page.
 *
 * `<script type="module" src="https://recs.example/riverfront.js/v1/riverfront.js" data-riverfront="rf_browser_…"></script>`
 */

import { readDataLayer } from './data_layer.js';

/** An event in Riverfront's own fields, or as GA4 writes it: docs/api.md lists both. */
export type Fields = Record<string, unknown>;

export interface Settings {
  /** A browser's key. */
  key: string;
  /** Where Riverfront is: `https://recs.example`. */
  address: string;
  /** Whether an id of the visitor may be kept: yes, unless it is false. While it is pending none is used, and none deleted. */
  consent?: boolean | 'pending';
  /** Gives a visitor's token, or an empty text where nobody is signed in. It is called again before the token expires. */
  token?: () => Promise<string> | string;
  /** The item that the page is about. */
  item?: string;
}

export interface Riverfront {
  readonly address: string;
  /** The item that the page is about; empty where there is none. */
  readonly item: string;
  /** Words a reason in the page's language; English without it. `named` is what the phrase names by `%(named)s`. */
  phrase?: (phrase: string, named: string) => string;
  /** Whose page it is; empty without consent. */
  visitor(): string;
  /** What opens the API and a socket for this visitor: a key, or a token that is fresh. */
  credential(): Promise<string>;
  /** Send an event. Returns its id; empty without consent, where nothing is sent. */
  track(event: Fields): string;
  /** Say that a page about an item was opened. It counts once for an address, until another item is opened. */
  view(item: string): void;
  /** Say whether an id may be kept. Without consent what was kept is deleted. */
  consent(isGiven: boolean): void;
  /** Say that a visitor has signed in or out: the token is asked for again. */
  identify(): Promise<void>;
  /** Call a listener when the visitor or the item has changed. */
  onChange(listener: () => void): void;
  /** Load the rail, if one was put onto the page later. */
  rail(): void;
}

declare global {
  interface Window {
    riverfront?: Riverfront;
    dataLayer?: unknown[];
  }
}

type Entry = [as: string, event: Fields];
interface Result {
  index: number;
  events?: { is_temporary?: boolean }[];
}

/** The file of the rail: the build puts its name here. */
declare const RAIL: string;

const STORE = 'riverfront';
const MOST = 200;
const BATCH = 50;
const BATCH_LETTERS = 30_000;
const EARLY_MS = 60_000;
const LONGEST_TRY = 6;

/** 128 random bits. */
const random = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

const isAnonymous = (id: unknown): id is string => typeof id === 'string' && /^anon-[0-9a-f]{32}$/.test(id);

/** Start to track. Call it once a page. */
export function start({ key, address, consent = true, token: ask, item = '' }: Settings): Riverfront {
  const url = `${address}/api/v1/events`;
  const listeners: (() => void)[] = [];
  let hasConsent = consent === true;
  let anonymous = '';
  let queue: Entry[] = [];
  let token = '';
  let subject = '';
  let expires = 0;
  let asking: Promise<void> | null = null;
  let sending = 0;
  let tries = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let hasBegun = false;
  let lastView = '';
  let current = item;

  const changed = () => listeners.forEach((listener) => listener());

  function load(): void {
    try {
      const kept = JSON.parse(localStorage.getItem(STORE) ?? '{}');
      if (isAnonymous(kept.id)) anonymous = kept.id;
      if (Array.isArray(kept.queue)) queue = kept.queue;
    } catch {
      // Without storage the id lasts as long as the page.
    }
  }

  function save(): void {
    try {
      if (hasConsent) localStorage.setItem(STORE, JSON.stringify({ id: anonymous, queue }));
      else localStorage.removeItem(STORE);
    } catch {
      // As above.
    }
  }

  const visitor = (): string => (hasConsent ? subject || (anonymous ||= `anon-${random()}`) : '');

  /** Read who a token is for. Its signature is Riverfront's to check. */
  function believe(next: string): void {
    const before = subject;
    token = next;
    subject = '';
    expires = Infinity;
    if (next) {
      const bytes = atob((next.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/'));
      const claims = JSON.parse(new TextDecoder().decode(Uint8Array.from(bytes, (sign) => sign.charCodeAt(0))));
      subject = claims.sub;
      expires = claims.exp * 1000;
      if (hasConsent && anonymous) {
        // Who they were before they signed in is the same visitor.
        add(subject, { kind: 'visitor_identified', visitor: anonymous, account: subject });
        anonymous = '';
        save();
      }
    }
    if (subject !== before) changed();
  }

  function refresh(isForced = false): Promise<void> {
    if (!ask || !hasConsent || (!isForced && expires - EARLY_MS > Date.now())) return Promise.resolve();
    return (asking ??= Promise.resolve()
      .then(ask)
      .then(believe)
      // Whoever cannot be named is the anonymous visitor of this browser.
      .catch(() => believe(''))
      .finally(() => {
        asking = null;
      }));
  }

  function add(as: string, event: Fields): string {
    if (JSON.stringify(event).length > BATCH_LETTERS) return '';
    const event_id = random();
    const ga4 = event.params as Fields | undefined;
    const known = ga4
      ? { ...event, params: { event_id, timestamp_micros: Date.now() * 1000, ...ga4 } }
      : { event_id, occurred_at: Date.now() / 1000, ...event };
    queue = [...queue, [as, known] as Entry].slice(-MOST);
    save();
    if (hasBegun && !tries) later(0);
    return event_id;
  }

  function later(ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(flush, ms);
  }

  /** The next events of one visitor, and what is sent of them. */
  function pack(from: Entry[]): [Entry[], string] {
    const as = from[0]![0];
    let letters = 0;
    const batch = from.slice(0, BATCH).filter(([of, event], index) => {
      letters += JSON.stringify(event).length;
      return of === as && (!index || letters < BATCH_LETTERS);
    });
    return [batch, JSON.stringify({ key: isAnonymous(as) ? key : token, visitor: as, events: batch.map(([, event]) => event) })];
  }

  async function flush(): Promise<void> {
    if (sending || !hasConsent) return;
    sending = 1;
    await refresh();
    // Of whoever was signed in before, nothing more can be sent.
    queue = queue.filter(([as]) => isAnonymous(as) || as === subject);
    let wait = -1;
    if (queue.length) {
      const [batch, body] = pack(queue);
      sending = batch.length;
      let again: Entry[] = [];
      try {
        // Text, so that the browser need not ask first whether it may send it.
        const answer = await fetch(url, { method: 'POST', body, keepalive: true, credentials: 'omit' });
        const { status } = answer;
        if (status === 202) {
          const { results } = (await answer.json()) as { results: Result[] };
          again = results.filter(({ events }) => events?.some((one) => one.is_temporary)).map(({ index }) => batch[index]!);
        } else if (status === 401 && token) {
          expires = 0;
          again = tries < 2 ? batch : [];
        } else if (status === 408 || status === 429 || status >= 500) {
          again = batch;
          wait = Number(answer.headers.get('Retry-After')) || 0;
        }
      } catch {
        again = batch;
      }
      tries = again.length ? Math.min(tries + 1, LONGEST_TRY) : 0;
      queue = queue.filter((entry) => !batch.includes(entry) || again.includes(entry));
      save();
    }
    sending = 0;
    if (queue.length) later(tries ? (wait > 0 ? wait : 2 ** tries / 2) * 1000 * (1 + Math.random()) : 0);
  }

  /** What has not been sent goes as the page does. It is sent again by the next one, under the same id: it counts once. */
  function leave(): void {
    const rest = sending ? queue.slice(sending) : queue;
    if (rest.length) navigator.sendBeacon(url, pack(rest)[1]);
  }

  const client: Riverfront = {
    address,
    get item() {
      return current;
    },
    visitor,
    async credential() {
      await refresh();
      return hasConsent && subject ? token : key;
    },
    track(event) {
      const as = visitor();
      return as && add(as, event);
    },
    view(item) {
      const view = `${item} ${location.href}`;
      current = item;
      if (view === lastView || !hasBegun) return;
      lastView = view;
      client.track({ kind: 'item_viewed', item, surface: 'product' });
      changed();
    },
    consent(isGiven) {
      if (isGiven && hasConsent) return;
      hasConsent = isGiven;
      anonymous = token = subject = '';
      expires = 0;
      queue = [];
      if (isGiven) load();
      save();
      lastView = '';
      void refresh(true).then(() => (current ? client.view(current) : changed()));
    },
    identify: () => refresh(true),
    onChange(listener) {
      listeners.push(listener);
    },
    rail() {
      if (document.querySelector('riverfront-rail')) void (import(RAIL) as Promise<typeof import('./rail.js')>).then(({ define }) => define(client));
    },
  };

  function begin(): void {
    hasBegun = true;
    void refresh(true).then(() => {
      if (current) client.view(current);
      readDataLayer(client);
      client.rail();
      if (queue.length) later(0);
    });
    addEventListener('pagehide', leave);
    addEventListener('pageshow', ({ persisted }) => {
      // The page is back from the browser's cache: that is another view.
      if (!persisted || !current) return;
      lastView = '';
      client.view(current);
    });
  }

  if (hasConsent) load();
  else if (!consent) save();
  // A page that is made ahead may never be seen.
  if ((document as { prerendering?: boolean }).prerendering) document.addEventListener('prerenderingchange', begin, { once: true });
  else begin();
  return client;
}

const script = document.querySelector<HTMLScriptElement>('script[data-riverfront]');
if (script) {
  const { riverfront: key, consent, tokenUrl, item } = script.dataset;
  window.riverfront = start({
    key: key!,
    address: script.src.split('/riverfront.js/')[0]!,
    consent: consent === 'pending' ? consent : consent !== 'no',
    item: item ?? document.querySelector<HTMLMetaElement>('meta[name="riverfront:item"]')?.content,
    token: tokenUrl ? () => fetch(tokenUrl).then((answer) => (answer.ok ? answer.text() : '')) : undefined,
  });
  document.dispatchEvent(new Event('riverfront'));
}
