// Changes pages without leaving the document, so that the socket and the lists live on. A browser without the
// Navigation API loads pages as ever. What a browser does when it loads a page is done here too: the focus goes to the
// page's heading and its title is said; the way back leads to the old place; a slow page shows that it is coming, and one
// that cannot come says so.

import { announce } from './announce.js';
import { parsePage } from './html.js';
import { account } from './account_token.js';

const HARD = /^\/(ops|pictures|static|healthz|interactions|recommendations)(\/|$)/;
const PREFETCH_MS = 6000;
const HOVER_MS = 70;
const MOST_PREFETCHED = 4;
const SLOW_MS = 300;
const TIMEOUT_MS = 20000;
const PLACES_KEPT = 50;

const listeners = [];
const prefetched = new Map();
const prefersLess = matchMedia('(prefers-reduced-motion: reduce)');
const places = new Map();
const bar = document.querySelector('[data-progress]');
let morphing = null;
let hard = null;
let slow = 0;

/** Call `listener(main, {askedAt, isAgain})` for the page that is there, and for each that comes. */
export function onPage(listener) {
  listeners.push(listener);
}

/** Go to a page of the shop. One that `keepsPlace` neither scrolls nor moves the focus: the same page, seen otherwise. */
export function open(url, { keepsPlace = false } = {}) {
  if ('navigation' in window) navigation.navigate(url, { info: { keepsPlace } });
  else location.assign(url);
}

// A menu that is open closes when the visitor turns to something else.
function closeShelves(event) {
  const shelves = document.querySelector('[data-shelves][open]');
  const isEscape = event.type === 'keydown' && event.key === 'Escape';
  if (!shelves || (event.type === 'keydown' ? !isEscape : shelves.contains(event.target))) return;
  shelves.open = false;
  if (isEscape) shelves.querySelector('summary').focus();
}

export function start() {
  document.addEventListener('keydown', closeShelves);
  document.addEventListener('pointerdown', closeShelves);
  const type = performance.getEntriesByType('navigation')[0]?.type;
  tell({ askedAt: 0, isAgain: type === 'reload' || type === 'back_forward' });
  if (!('navigation' in window)) return;
  navigation.addEventListener('navigate', intercept);
  addEventListener('online', retry);
  document.addEventListener('click', (event) => { if (event.target.closest?.('[data-try-again]')) retry(); });
  document.addEventListener('pointerdown', (event) => prefetch(linkOf(event)), { passive: true });
  document.addEventListener('pointerover', hover, { passive: true });
  document.addEventListener('click', (event) => { morphing = linkOf(event)?.querySelector('.card__picture') ?? null; });
}

/** Fetch the present page again and show what has changed in it. The focus stays where it is. */
export async function refresh() {
  prefetched.clear();
  const page = await ask(location.href);
  if (page.url !== withoutHash(location.href) || !page.main) return;
  if (isAnothers(page)) {
    location.reload();
    return;
  }
  const place = placeOf(document.activeElement);
  swap(page, { isAgain: true });
  if (place) focusOn(place);
}

const withoutHash = (url) => url.split('#')[0];

const isAnothers = (page) => page.account !== undefined && page.account !== account;

const tell = (page) => {
  for (const listener of listeners) listener(document.getElementById('main'), page);
};

function intercept(event) {
  const url = new URL(event.destination.url);
  const isOurs = event.canIntercept && !event.hashChange && !event.formData && event.downloadRequest === null;
  if (!isOurs || event.navigationType === 'reload' || url.origin !== location.origin || HARD.test(url.pathname)) return;
  if (url.href === hard) return;
  leave();
  event.intercept({ focusReset: 'manual', scroll: 'manual', handler: () => go(event, url.href) });
}

/** Remember where the focus of somebody who uses the keyboard was, for the way back. */
function leave() {
  const { activeElement } = document;
  const place = activeElement?.matches(':focus-visible') && placeOf(activeElement);
  const key = navigation.currentEntry?.key;
  places.delete(key);
  if (place) places.set(key, place);
  if (places.size > PLACES_KEPT) places.delete(places.keys().next().value);
}

async function go(event, url) {
  const { signal } = event;
  const isAgain = event.navigationType === 'traverse';
  clearTimeout(slow);
  slow = setTimeout(() => showSlow(true), SLOW_MS);
  let page;
  try {
    page = await (take(url)?.then(parse).catch(() => ask(url, signal)) ?? ask(url, signal));
  } catch {
    if (signal.aborted) return;
    page = { main: document.getElementById('lost').content.firstElementChild, url: withoutHash(url) };
    page.title = page.main.dataset.title;
  }
  if (signal.aborted) return;
  showSlow(false);
  if (isAnothers(page)) {
    // The header and the lists around it are not theirs: all of it has to come anew.
    hard = url;
    location.replace(url);
    return;
  }
  if (!page.main || page.url !== withoutHash(url)) {
    hard = page.main ? null : url;
    location.replace(page.url);
    return;
  }
  const picture = morphing;
  morphing = null;
  const show = () => {
    if (signal.aborted) return;
    swap(page, { isAgain });
    // The same page, seen otherwise: whoever asks for it so puts the focus back where it was.
    if (!event.info?.keepsPlace) {
      event.scroll();
      focusOn(isAgain ? places.get(event.destination.key) : null);
    }
    announce(page.title);
  };
  if (!document.startViewTransition || prefersLess.matches || document.hidden) {
    show();
    return;
  }
  if (picture) {
    document.querySelector('.product__picture')?.style.setProperty('view-transition-name', 'none');
    picture.style.viewTransitionName = 'picture';
  }
  const transition = document.startViewTransition(show);
  transition.ready.catch(() => {});
  transition.finished.catch(() => {});
  await transition.updateCallbackDone;
}

function showSlow(isSlow) {
  clearTimeout(slow);
  bar.hidden = !isSlow;
  document.getElementById('main').toggleAttribute('aria-busy', isSlow);
}

/** Put the focus on a place that is there again, else where the page wants it, else on its heading. */
function focusOn(place) {
  const main = document.getElementById('main');
  const heading = main.querySelector('h1');
  heading?.setAttribute('tabindex', '-1');
  const element = (place && main.querySelector(place)) ?? main.querySelector('[autofocus]') ?? heading ?? main;
  element.focus({ preventScroll: true });
}

/** Describe an element of the page so that its like is found in the page's next copy. */
function placeOf(element) {
  if (!element || !document.getElementById('main').contains(element)) return null;
  const section = element.closest('[data-rail]');
  const within = section ? `[data-rail="${section.dataset.rail}"] ` : '';
  if (element.id) return `#${CSS.escape(element.id)}`;
  if (element.matches('a[href]')) return `${within}a[href="${CSS.escape(element.getAttribute('href'))}"]`;
  const action = element.form?.getAttribute('action');
  return action && element.name ? `form[action="${CSS.escape(action)}"] [name="${CSS.escape(element.name)}"]` : null;
}

function swap(page, { isAgain }) {
  const main = document.importNode(page.main, true);
  document.getElementById('main').replaceWith(main);
  document.title = page.title;
  document.querySelector('[data-shelves]')?.removeAttribute('open');
  for (const link of document.querySelectorAll('.menu a')) {
    if (link.href.split('?')[0] === page.url.split('?')[0]) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  tell({ askedAt: page.askedAt ?? performance.now(), isAgain });
}

/** Try again to show a page that could not come. */
function retry() {
  if (document.getElementById('main').dataset.page !== 'lost') return;
  prefetched.clear();
  navigation.navigate(location.href, { history: 'replace' });
}

async function ask(url, signal) {
  return parse(await load(url, signal));
}

async function load(url, signal) {
  const askedAt = performance.now();
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(url, {
    headers: { Accept: 'text/html' },
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  });
  const isPage = response.headers.get('Content-Type')?.startsWith('text/html');
  return { html: await response.text(), isPage, url: response.url, askedAt };
}

function parse({ html, isPage, url, askedAt }) {
  const parsed = parsePage(html);
  // The parser runs no scripts, so it would let in what is meant for browsers without them.
  for (const element of parsed.querySelectorAll('noscript')) element.remove();
  const { account: theirs } = parsed.documentElement.dataset;
  return { main: isPage ? parsed.getElementById('main') : null, title: parsed.title, account: theirs, url, askedAt };
}

function linkOf(event) {
  const link = event.target.closest?.('a[href]');
  if (!link || link.origin !== location.origin || link.target || HARD.test(link.pathname) || link.hash) return null;
  return link;
}

function prefetch(link) {
  if (!link || link.href === location.href || navigator.connection?.saveData || take(link.href, { keep: true })) return;
  // Not read before it is wanted: this may be the moment of the click.
  const page = load(link.href);
  page.catch(() => prefetched.delete(link.href));
  prefetched.set(link.href, { page, at: performance.now() });
  if (prefetched.size > MOST_PREFETCHED) prefetched.delete(prefetched.keys().next().value);
}

function hover(event) {
  const link = event.pointerType === 'mouse' ? linkOf(event) : null;
  if (!link) return;
  const timer = setTimeout(() => prefetch(link), HOVER_MS);
  link.addEventListener('pointerleave', () => clearTimeout(timer), { once: true });
}

function take(url, { keep = false } = {}) {
  const entry = prefetched.get(url);
  if (!entry || performance.now() - entry.at > PREFETCH_MS) return null;
  if (!keep) prefetched.delete(url);
  return entry.page;
}
