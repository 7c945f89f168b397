// One live list (carousel) on the page. While the visitor's pointer, finger or focus is on it, or it is still scrolling, an
// update waits behind a button. While they are on any list of the page, no other one changes its height. A change of the
// visitor's own list that is out of view is played once they see it.

import { addDismissal, makeCard, setReason } from './cards.js';
import { FOR_YOU } from './contract.js';
import { arrange, measure } from './flip.js';
import { decode } from './pictures.js';
import { Stage } from './stage.js';
import { unwanted } from './unwanted.js';

// Updates in quicker succession than this are not animated.
const FOLLOW_MS = 120;
// A list keeps scrolling after a swipe. Without `scrollend`, it counts as stopped after this time.
const ROLL_MS = 160;
const COLUMNS = 6;
// Of so many cards that may come next, the pictures are fetched ahead.
const SPARES = 8;

export class Rail {
  #section;
  #list;
  #button;
  #cards = new Map();
  #waiting = null;
  // Whose answer is shown at once, and the item that stays then.
  #awaited = null;
  // What the last update has beyond the cards, and how many cards were dismissed since the list was drawn.
  #reserve = [];
  #holes = 0;
  #pointerIsOn = false;
  #fingers = 0;
  #rolling = 0;
  #drawnAt = -Infinity;
  #page;
  #stage;
  // An update whose pictures are on their way.
  #coming = null;
  // How many products were new in a list that was replayed before its push came.
  #replayed = null;

  /**
   * Take over a list that the server has rendered. `page` has the callbacks `onDrawn(update, items, at, held, arrivals)` for
   * each change, `onWaiting(rail, update, isFirst)` for an update that waits, and `onRelease()` when the visitor leaves the list;
   * `page.isHeld()` returns whether they are on any list, `page.isLeft()` whether another page is under way, and
   * `page.isFresh()` whether this one has just come, under a pointer that aimed at the last one.
   */
  constructor(section, page) {
    this.#section = section;
    this.#list = section.querySelector('.rail__list');
    this.#button = section.querySelector('[data-rail-new]');
    this.#page = page;
    for (const element of [...this.#list.children]) {
      if (unwanted.has(element.dataset.item)) element.remove();
      else this.#cards.set(element.dataset.item, element);
    }
    this.#stage = new Stage(this.#list, () => this.#fingers === 0);
    this.#pointerIsOn = !page.isFresh() && matchMedia('(hover: hover)').matches && this.#list.matches(':hover');
    this.#listen();
  }

  get name() {
    return this.#section.dataset.rail;
  }

  get rankingId() {
    return this.#section.dataset.rankingId ?? null;
  }

  get items() {
    return [...this.#cards.keys()];
  }

  get surface() {
    return this.#section.dataset.surface;
  }

  get cards() {
    return [...this.#cards.values()];
  }

  /** Say beside the heading what changed. */
  tell(words) {
    const line = this.#section.querySelector('[data-rail-news]');
    if (line) line.textContent = words;
  }

  get heading() {
    return this.#section.querySelector('h1, h2');
  }

  /** What the visitor saw last: the list's id and its cards. */
  get seen() {
    return this.#stage.past ?? { rankingId: this.rankingId, cards: [...this.#cards] };
  }

  get #isOwn() {
    return this.name === FOR_YOU;
  }

  get isHeld() {
    return this.#pointerIsOn || this.#fingers > 0 || this.#rolling > 0 || this.hasFocus;
  }

  get hasFocus() {
    return this.#owns(document.activeElement);
  }

  // The button belongs to the list.
  #owns(element) {
    return this.#list.contains(element) || element === this.#button;
  }

  /** Show an update as soon as its pictures are there and the visitor is not on the list. */
  update(update, { animate = true } = {}) {
    // What was to come answers clicks, too.
    update.records.unshift(...this.#coming?.records ?? []);
    this.#coming = null;
    const pictures = animate && !this.#mustWait(update) ? decode(this.#arriving(update).map((card) => card.picture)) : null;
    if (!pictures) {
      this.#show(update, animate);
      return;
    }
    this.#coming = update;
    pictures.then(() => {
      if (this.#coming !== update || !this.#list.isConnected) return;
      this.#coming = null;
      this.#show(update, animate);
    });
  }

  #isAwaited({ causes }) {
    return Boolean(causes?.includes(this.#awaited?.cause));
  }

  #show(update, animate) {
    if (!animate || !this.#mustWait(update)) {
      this.#draw(update, { animate, held: false });
      return;
    }
    this.#waiting = update;
    this.#reserve = this.#allowed(update);
    if (this.#holes) this.#fill();
    this.offer();
  }

  /** Offer the waiting update, if there is one, unless the visitor leaves the page anyway. */
  offer() {
    if (!this.#waiting || this.#page.isLeft()) return;
    const wasOffered = !this.#button.hidden;
    this.#button.hidden = !this.#changes(this.#waiting);
    this.#page.onWaiting(this, this.#waiting, !wasOffered && !this.#button.hidden);
  }

  /** Show the answer to an event as soon as it comes, with an item where it is. */
  expect(item, cause) {
    this.#awaited = { item, cause };
  }

  /** Show the waiting update, if the visitor has left. */
  settle() {
    if (this.#waiting && !this.#mustWait(this.#waiting)) this.#draw(this.#waiting, { animate: true, held: true });
    this.#stage.settle();
  }

  /**
   * Begin with what the visitor saw last, on another page, and change to what this list has, or to an update. The change is
   * played once it is in view. Returns how many products are new, if no update has said so.
   */
  replay(past, update = null) {
    const own = [...this.#cards];
    const pastCards = new Map(past.cards);
    const here = [...this.#allowed({ items: past.cards.map(([item]) => ({ item })) })].slice(0, this.#limit);
    const before = new Map(here.map(({ item }) => [item, this.#cards.get(item) ?? revive(pastCards.get(item))]));
    // A page that shows more than the last one: what is beyond that does not count as new.
    for (const [item, element] of own.toReversed()) if (before.size < own.length) before.set(item, element);
    const seen = measure(this.#list, { animate: false });
    arrange(this.#list, [...before.values()], seen);
    this.#cards = new Map(before);
    const next = update ?? { items: own.map(([item]) => ({ item })), ranking_id: this.rankingId, isWhole: true, records: [] };
    if (!update) for (const [item, element] of own) this.#cards.set(item, element);
    this.#draw(next, { animate: true, held: false, past, there: before, isTold: Boolean(update) });
    if (!update) this.#reserve = [];
    return this.#replayed?.arrivals ?? 0;
  }

  /**
   * Remove a card at once, even under the pointer; the next of the last update takes the free place at the end. Returns a
   * function that restores it and returns its element.
   */
  remove(item) {
    const index = this.items.indexOf(item);
    const copy = this.#cards.get(item).cloneNode(true);
    unwanted.add(item);
    this.#cards.delete(item);
    this.#holes += 1;
    this.#fill();
    return () => {
      unwanted.delete(item);
      const entries = [...this.#cards].filter(([other]) => other !== item);
      entries.splice(index, 0, [item, copy]);
      this.#cards = new Map(entries.slice(0, this.#limit));
      arrange(this.#list, this.cards);
      return copy;
    };
  }

  /** Remove the cards of items that cannot be bought any more, at once; what would come next takes their places. */
  withdraw(items) {
    const isGone = ({ item }) => items.includes(item);
    for (const update of [this.#waiting, this.#coming]) if (update) update.items = update.items.filter((card) => !isGone(card));
    this.#reserve = this.#reserve.filter((card) => !isGone(card));
    const before = this.#cards.size;
    for (const item of items) this.#cards.delete(item);
    if (this.#cards.size === before) return;
    this.#holes += before - this.#cards.size;
    this.#fill();
    this.#section.hidden = this.#cards.size === 0;
  }

  #fill() {
    for (const card of this.#reserve) {
      if (!this.#holes || this.#cards.size >= this.#limit) break;
      if (this.#cards.has(card.item) || unwanted.has(card.item)) continue;
      this.#cards.set(card.item, makeCard(card));
      this.#holes -= 1;
    }
    arrange(this.#list, this.cards);
    if (this.#isOwn) this.cards.forEach(addDismissal);
  }

  #draw(update, { animate, held, past = null, there = this.#cards, isTold = true }) {
    this.#waiting = null;
    this.#reserve = this.#allowed(update);
    this.#holes = 0;
    const isHasty = performance.now() - this.#drawnAt < FOLLOW_MS;
    const before = measure(this.#list, { animate: animate && !isHasty });
    const waits = this.#isOwn && before.animates && Boolean(past ?? this.#stage.past ?? (this.#page.isLeft() || !this.#stage.isInView));
    const seen = past ?? this.seen;
    let shown = this.#selected(update);
    const isAwaited = this.#isAwaited(update);
    const kept = isAwaited && this.#awaited.item;
    const place = this.items.indexOf(kept);
    if (place >= 0) {
      shown = shown.filter(({ item }) => item !== kept).slice(0, this.#limit - 1);
      shown.splice(place, 0, { item: kept });
    }
    if (isAwaited) this.#awaited = null;
    const focused = isAwaited && this.hasFocus && document.activeElement;
    let arrivals = shown.filter((card) => !there.has(card.item)).length;
    // The page may have brought the list before the push did, which says what it answers.
    if (update.ranking_id && update.ranking_id === this.#replayed?.rankingId) arrivals = this.#replayed.arrivals;
    this.#replayed = isTold ? null : { rankingId: update.ranking_id, arrivals };
    const cards = new Map();
    for (const card of shown) {
      const element = this.#cards.get(card.item) ?? makeCard(card);
      if (card.phrase) setReason(element, card);
      cards.set(card.item, element);
    }
    // A short update is filled up with the previous cards, unless it is complete.
    for (const [item, element] of update.isWhole ? [] : this.#cards) {
      if (cards.size < this.#limit && !cards.has(item) && !update.without?.has(item)) cards.set(item, element);
    }
    this.#cards = cards;
    if (update.ranking_id) this.#section.dataset.rankingId = update.ranking_id;
    this.#section.hidden = cards.size === 0;
    const at = arrange(this.#list, [...cards.values()], before, { waits });
    if (waits) this.#stage.set(seen);
    this.#drawnAt = at;
    // An element that moves loses the focus.
    if (focused) focused.focus({ preventScroll: true });
    if (isTold) this.#page.onDrawn(update, this.items, at, held, arrivals);
    this.#hideButton();
    if (!this.#isOwn) return;
    // Paint the list first, its controls and what may follow after it.
    setTimeout(() => {
      this.cards.forEach(addDismissal);
      decode(this.#spare().map((card) => card.picture));
    });
  }

  get #limit() {
    return Number(this.#section.dataset.limit);
  }

  #allowed({ items, without }) {
    const here = new Set((this.#section.dataset.without ?? '').split('\n'));
    return items.filter(({ item }) => !here.has(item) && !without?.has(item) && !unwanted.has(item));
  }

  #selected(update) {
    return this.#allowed(update).slice(0, this.#limit);
  }

  #arriving(update) {
    return this.#selected(update).filter(({ item }) => !this.#cards.has(item));
  }

  #spare() {
    return this.#reserve.filter(({ item }) => !this.#cards.has(item)).slice(0, SPARES);
  }

  #mustWait(update) {
    if (this.#isAwaited(update)) return false;
    // A list that stays as it is moves under nobody's hand.
    if (update.ranking_id && update.ranking_id === this.rankingId && !this.#changes(update)) return false;
    return this.isHeld || (this.#page.isHeld() && this.#rowsAfter(update) !== this.#rows(this.#cards.size));
  }

  #rows(count) {
    return Math.ceil(count / COLUMNS);
  }

  #rowsAfter(update) {
    const next = new Set(this.#selected(update).map((card) => card.item));
    if (!update.isWhole) for (const item of this.items) if (!update.without?.has(item)) next.add(item);
    return this.#rows(Math.min(next.size, this.#limit));
  }

  #changes(update) {
    const next = this.#selected(update).map((card) => card.item);
    return next.some((item, index) => item !== this.items[index]);
  }

  #hideButton() {
    if (this.#button.hidden) return;
    const hadFocus = document.activeElement === this.#button;
    this.#button.hidden = true;
    if (hadFocus) this.heading.focus({ preventScroll: true });
  }

  #release() {
    if (!this.isHeld) this.#page.onRelease();
  }

  // The list is held until it has stopped scrolling.
  #roll() {
    clearTimeout(this.#rolling);
    this.#rolling = setTimeout(() => this.#stop(), ROLL_MS);
  }

  #stop() {
    clearTimeout(this.#rolling);
    this.#rolling = 0;
    this.#release();
  }

  #listen() {
    const list = this.#list;
    list.addEventListener('pointerenter', (event) => {
      if (event.pointerType !== 'touch' && !this.#page.isFresh()) this.#pointerIsOn = true;
    });
    list.addEventListener('pointermove', (event) => {
      if (event.pointerType !== 'touch') this.#pointerIsOn = true;
    }, { passive: true });
    list.addEventListener('pointerleave', () => {
      this.#pointerIsOn = false;
      this.#release();
    });
    const lift = (event) => {
      this.#fingers = event.targetTouches.length;
      this.#stage.settle();
      this.#release();
    };
    list.addEventListener('touchstart', (event) => { this.#fingers = event.targetTouches.length; }, { passive: true });
    list.addEventListener('touchend', lift, { passive: true });
    list.addEventListener('touchcancel', lift, { passive: true });
    list.addEventListener('scroll', () => this.#roll(), { passive: true });
    list.addEventListener('scrollend', () => this.#stop(), { passive: true });
    const leave = (event) => { if (!this.#owns(event.relatedTarget)) queueMicrotask(() => this.#release()); };
    list.addEventListener('focusout', leave);
    this.#button.addEventListener('focusout', leave);
    this.#button.addEventListener('click', () => {
      if (this.#waiting) this.#draw(this.#waiting, { animate: true, held: true });
    });
  }
}

/** A copy of a card as it was before it left, if it did. */
function revive(element) {
  const copy = element.cloneNode(true);
  copy.classList.remove('is-past', 'is-leaving', 'is-new');
  for (const name of ['inert', 'aria-hidden', 'style']) copy.removeAttribute(name);
  return copy;
}
