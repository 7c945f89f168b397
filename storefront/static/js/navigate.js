// Client-side navigation: replaces the page without unloading the document, so that the socket and the lists stay. Browsers
// without the Navigation API load pages as usual. As on a page load, the focus moves to the heading and the title is
// announced, going back restores scroll position and focus, a slow page shows a progress bar, and a failed one an error.

import { pathOf } from './addresses.js';
import { announce } from './announce.js';
import { parsePage } from './html.js';
import { account } from './account_token.js';
import { locale } from './texts.js';

const HARD = /^\/(ops|pictures|static|healthz|interactions|recommendations)(\/|$)/;
const PREFETCH_MS = 6000;
const HOVER_MS = 70;
const MOST_PREFETCHED = 4;
const SLOW_MS = 300;
const TIMEOUT_MS = 20000;
const FOCUS_TARGETS_KEPT = 50;
const ADDRESSES = 'link[rel="canonical"], link[rel="alternate"]';

const listeners = [];
const arrivals = [];
const prefetched = new Map();
const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');
const focusTargets = new Map();
const bar = document.querySelector('[data-progress]');
let clickedPicture = null;
let underWay = 0;
let hardUrl = null;
let slowTimer = 0;

/** Call `listener(main, {askedAt, isRevisit})` for the present page, and for each one after it. */
export function onPage(listener) {
  listeners.push(listener);
}

/** Whether another page is under way. */
export const isLeft = () => underWay > 0;

/** Call `listener()` when a page that was under way has come, or will not. */
export const onArrival = (listener) => arrivals.push(listener);

/** Navigate to a page of the shop. With `keepsScroll`, neither scroll position nor focus move: the same page, filtered. */
export function open(url, { keepsScroll = false } = {}) {
  if ('navigation' in window) navigation.navigate(url, { info: { keepsScroll } });
  else location.assign(url);
}

// An open menu closes at Escape, and when the visitor clicks elsewhere.
function closeMenu(event) {
  const shelves = document.querySelector('[data-shelves][open]');
  const isEscape = event.type === 'keydown' && event.key === 'Escape';
  if (!shelves || (event.type === 'keydown' ? !isEscape : shelves.contains(event.target))) return;
  shelves.open = false;
  if (isEscape) shelves.querySelector('summary').focus();
}

export function start() {
  document.addEventListener('keydown', closeMenu);
  document.addEventListener('pointerdown', closeMenu);
  const type = performance.getEntriesByType('navigation')[0]?.type;
  notify({ askedAt: 0, isRevisit: type === 'reload' || type === 'back_forward' });
  if (!('navigation' in window)) return;
  navigation.addEventListener('navigate', intercept);
  addEventListener('online', retry);
  document.addEventListener('click', (event) => { if (event.target.closest?.('[data-try-again]')) retry(); });
  document.addEventListener('pointerdown', (event) => prefetch(linkOf(event)), { passive: true });
  document.addEventListener('pointerover', hover, { passive: true });
  document.addEventListener('click', (event) => { clickedPicture = linkOf(event)?.querySelector('.card__picture') ?? null; });
}

/** Fetch the present page again and replace it. The focus stays. */
export async function refresh() {
  prefetched.clear();
  const page = await fetchPage(location.href);
  if (page.url !== withoutHash(location.href) || !page.main) return;
  if (isForAnotherFrame(page)) {
    location.reload();
    return;
  }
  const selector = selectorOf(document.activeElement);
  swap(page, { isRevisit: true });
  if (selector) focusOn(selector);
}

function isHard(url) {
  const path = pathOf(url);
  return path === null || HARD.test(path);
}

const withoutHash = (url) => url.split('#')[0];

// The header, the scripts' texts and the lists around a page are of one account and in one language.
const isForAnotherFrame = (page) => page.account !== undefined
  && (page.account !== account || page.language !== document.documentElement.lang || page.locale !== locale);

const notify = (page) => {
  for (const listener of listeners) listener(document.getElementById('main'), page);
};

function intercept(event) {
  const url = new URL(event.destination.url);
  const isOurs = event.canIntercept && !event.hashChange && !event.formData && event.downloadRequest === null;
  if (!isOurs || event.navigationType === 'reload' || isHard(url)) return;
  if (url.href === hardUrl) return;
  rememberFocus();
  event.intercept({ focusReset: 'manual', scroll: 'manual', handler: () => follow(event, url.href) });
}

async function follow(event, url) {
  const end = () => {
    if (!isOpen) return;
    isOpen = false;
    underWay -= 1;
    if (!isLeft()) for (const listener of arrivals) listener();
  };
  let isOpen = true;
  underWay += 1;
  event.signal.addEventListener('abort', end);
  try {
    await showPage(event, url);
  } finally {
    end();
  }
}

/** Remember the focused element of a keyboard user, to restore it on the way back. */
function rememberFocus() {
  const { activeElement } = document;
  const selector = activeElement?.matches(':focus-visible') && selectorOf(activeElement);
  const key = navigation.currentEntry?.key;
  focusTargets.delete(key);
  if (selector) focusTargets.set(key, selector);
  if (focusTargets.size > FOCUS_TARGETS_KEPT) focusTargets.delete(focusTargets.keys().next().value);
}

async function showPage(event, url) {
  const { signal } = event;
  const isRevisit = event.navigationType === 'traverse';
  clearTimeout(slowTimer);
  slowTimer = setTimeout(() => showSlow(true), SLOW_MS);
  let page;
  try {
    page = await (takePrefetched(url)?.then(parse).catch(() => fetchPage(url, signal)) ?? fetchPage(url, signal));
  } catch {
    if (signal.aborted) return;
    page = { main: document.getElementById('lost').content.firstElementChild, url: withoutHash(url), addresses: [] };
    page.title = page.main.dataset.title;
  }
  if (signal.aborted) return;
  showSlow(false);
  if (isForAnotherFrame(page)) {
    // Load the whole document.
    hardUrl = url;
    location.replace(url);
    return;
  }
  if (!page.main || page.url !== withoutHash(url)) {
    hardUrl = page.main ? null : url;
    location.replace(page.url);
    return;
  }
  const picture = clickedPicture;
  clickedPicture = null;
  const show = () => {
    if (signal.aborted) return;
    swap(page, { isRevisit });
    // With `keepsScroll` the caller restores the focus.
    if (!event.info?.keepsScroll) {
      event.scroll();
      focusOn(isRevisit ? focusTargets.get(event.destination.key) : null);
    }
    announce(page.title);
  };
  if (!document.startViewTransition || reducedMotion.matches || document.hidden) {
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
  clearTimeout(slowTimer);
  bar.hidden = !isSlow;
  document.getElementById('main').toggleAttribute('aria-busy', isSlow);
}

/** Focus the element of a selector, else the page's autofocus, else its heading. */
function focusOn(selector) {
  const main = document.getElementById('main');
  const heading = main.querySelector('h1');
  heading?.setAttribute('tabindex', '-1');
  const element = (selector && main.querySelector(selector)) ?? main.querySelector('[autofocus]') ?? heading ?? main;
  element.focus({ preventScroll: true });
}

/** Return a selector that finds an element again after the page was replaced. */
function selectorOf(element) {
  if (!element || !document.getElementById('main').contains(element)) return null;
  const section = element.closest('[data-rail]');
  const within = section ? `[data-rail="${section.dataset.rail}"] ` : '';
  if (element.id) return `#${CSS.escape(element.id)}`;
  if (element.matches('a[href]')) return `${within}a[href="${CSS.escape(element.getAttribute('href'))}"]`;
  const action = element.form?.getAttribute('action');
  return action && element.name ? `form[action="${CSS.escape(action)}"] [name="${CSS.escape(element.name)}"]` : null;
}

function swap(page, { isRevisit }) {
  const main = document.importNode(page.main, true);
  document.getElementById('main').replaceWith(main);
  document.title = page.title;
  for (const link of document.head.querySelectorAll(ADDRESSES)) link.remove();
  document.head.append(...page.addresses.map((link) => document.importNode(link)));
  document.querySelector('[data-shelves]')?.removeAttribute('open');
  for (const link of document.querySelectorAll('.menu a')) {
    if (link.href.split('?')[0] === page.url.split('?')[0]) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  notify({ askedAt: page.askedAt ?? performance.now(), isRevisit });
}

/** Retry a page that could not be loaded. */
function retry() {
  if (document.getElementById('main').dataset.page !== 'lost') return;
  prefetched.clear();
  navigation.navigate(location.href, { history: 'replace' });
}

async function fetchPage(url, signal) {
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
  // The parser runs no scripts, so it would show the content of `noscript`.
  for (const element of parsed.querySelectorAll('noscript')) element.remove();
  const { lang: language, dataset: { account: theirs, locale: written } } = parsed.documentElement;
  return {
    main: isPage ? parsed.getElementById('main') : null,
    title: parsed.title,
    addresses: [...parsed.head.querySelectorAll(ADDRESSES)],
    account: theirs,
    language,
    locale: written,
    url,
    askedAt,
  };
}

function linkOf(event) {
  const link = event.target.closest?.('a[href]');
  if (!link || link.target || isHard(link) || link.hash) return null;
  return link;
}

function prefetch(link) {
  if (!link || link.href === location.href || navigator.connection?.saveData || takePrefetched(link.href, { keep: true })) return;
  // Parsed only when needed: now may be the moment of the click.
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

function takePrefetched(url, { keep = false } = {}) {
  const entry = prefetched.get(url);
  if (!entry || performance.now() - entry.at > PREFETCH_MS) return null;
  if (!keep) prefetched.delete(url);
  return entry.page;
}
