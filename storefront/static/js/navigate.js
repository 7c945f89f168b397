// Changes pages without leaving the document, so that the socket and the lists live on. A browser without the
// Navigation API loads pages as ever.

const HARD = /^\/(ops|pictures|static|healthz|interactions|recommendations)(\/|$)/;
const PREFETCH_MS = 6000;
const HOVER_MS = 70;
const MOST_PREFETCHED = 4;

const listeners = [];
const prefetched = new Map();
const prefersLess = matchMedia('(prefers-reduced-motion: reduce)');
let morphing = null;

/** Call `listener(main, {askedAt, isAgain})` for the page that is there, and for each that comes. */
export function onPage(listener) {
  listeners.push(listener);
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
  document.addEventListener('pointerdown', (event) => prefetch(linkOf(event)), { passive: true });
  document.addEventListener('pointerover', hover, { passive: true });
  document.addEventListener('click', (event) => { morphing = linkOf(event)?.querySelector('.card__picture') ?? null; });
}

/** Fetch the present page again and show what has changed in it. */
export async function refresh() {
  prefetched.clear();
  const page = await ask(location.href);
  if (page.url === withoutHash(location.href)) swap(page);
}

const withoutHash = (url) => url.split('#')[0];

const tell = (page) => {
  for (const listener of listeners) listener(document.getElementById('main'), page);
};

function intercept(event) {
  const url = new URL(event.destination.url);
  const isOurs = event.canIntercept && !event.hashChange && !event.formData && event.downloadRequest === null;
  if (!isOurs || event.navigationType === 'reload' || url.origin !== location.origin || HARD.test(url.pathname)) return;
  const isAgain = event.navigationType === 'traverse';
  event.intercept({ handler: () => go(url.href, event.signal, isAgain) });
}

async function go(url, signal, isAgain) {
  let page;
  try {
    page = await (take(url) ?? ask(url));
  } catch {
    if (!signal.aborted) location.reload();
    return;
  }
  if (signal.aborted) return;
  if (!page.main || page.url !== withoutHash(url)) {
    location.replace(page.url);
    return;
  }
  const picture = morphing;
  morphing = null;
  if (!document.startViewTransition || prefersLess.matches || document.hidden) {
    swap(page, isAgain);
    return;
  }
  if (picture) {
    document.querySelector('.product__picture')?.style.setProperty('view-transition-name', 'none');
    picture.style.viewTransitionName = 'picture';
  }
  const transition = document.startViewTransition(() => {
    if (!signal.aborted) swap(page, isAgain);
  });
  transition.ready.catch(() => {});
  transition.finished.catch(() => {});
  await transition.updateCallbackDone;
}

function swap(page, isAgain = false) {
  const main = document.importNode(page.main, true);
  document.getElementById('main').replaceWith(main);
  document.title = page.title;
  document.querySelector('[data-shelves]')?.removeAttribute('open');
  for (const link of document.querySelectorAll('.menu a')) {
    if (link.href.split('?')[0] === page.url.split('?')[0]) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  tell({ askedAt: page.askedAt, isAgain });
}

async function ask(url) {
  const askedAt = performance.now();
  const response = await fetch(url, { headers: { Accept: 'text/html' } });
  const html = await response.text();
  const parsed = parsePage(html);
  // The parser runs no scripts, so it would let in what is meant for browsers without them.
  for (const element of parsed.querySelectorAll('noscript')) element.remove();
  const main = response.headers.get('Content-Type')?.startsWith('text/html') ? parsed.getElementById('main') : null;
  return { main, title: parsed.title, url: response.url, askedAt };
}

function linkOf(event) {
  const link = event.target.closest?.('a[href]');
  if (!link || link.origin !== location.origin || link.target || HARD.test(link.pathname) || link.hash) return null;
  return link;
}

function prefetch(link) {
  if (!link || link.href === location.href || navigator.connection?.saveData || take(link.href, { keep: true })) return;
  const page = ask(link.href);
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
