// One live list (carousel) on the page. While the visitor's pointer, finger or focus is on it, or it is still scrolling, an
// update waits behind a button. While they are on any list of the page, no other one changes its height.

import { addDismissal, makeCard, setReason } from './cards.js';
import { FOR_YOU } from './contract.js';
import { arrange, measure } from './flip.js';
import { unwanted } from './unwanted.js';

// Updates in quicker succession than this are not animated.
const FOLLOW_MS = 120;
// A list keeps scrolling after a swipe. Without `scrollend`, it counts as stopped after this time.
const ROLL_MS = 160;
const COLUMNS = 6;

export class Rail {
  #section;
  #list;
  #button;
  #cards = new Map();
  #waiting = null;
  // What the last update has beyond the cards, and how many cards were dismissed since the list was drawn.
  #reserve = [];
  #holes = 0;
  #pointerIsOn = false;
  #fingers = 0;
  #rolling = 0;
  #drawnAt = -Infinity;
  #page;

  /**
   * Take over a list that the server has rendered. `page` has the callbacks `onDrawn(update, items, at, held, arrivals)` for
   * each change, `onWaiting(rail)` for an update that waits, and `onRelease()` when the visitor leaves the list;
   * `page.isHeld()` returns whether they are on any list.
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
    this.#pointerIsOn = matchMedia('(hover: hover)').matches && this.#list.matches(':hover');
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

  get heading() {
    return this.#section.querySelector('h1, h2');
  }

  get #isDismissable() {
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

  /** Show an update now, or as soon as the visitor has left the list. */
  update(update, { animate = true } = {}) {
    if (animate && this.#mustWait(update)) {
      const isFirst = this.#button.hidden;
      this.#waiting = update;
      this.#button.hidden = !this.#changes(update);
      if (isFirst && !this.#button.hidden) this.#page.onWaiting(this);
      this.#reserve = this.#allowed(update);
      if (this.#holes) this.#fill();
      return false;
    }
    this.#draw(update, { animate, held: false });
    return true;
  }

  /** Show the waiting update, if the visitor has left. */
  settle() {
    if (this.#waiting && !this.#mustWait(this.#waiting)) this.#draw(this.#waiting, { animate: true, held: true });
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

  #fill() {
    for (const card of this.#reserve) {
      if (!this.#holes || this.#cards.size >= this.#limit) break;
      if (this.#cards.has(card.item) || unwanted.has(card.item)) continue;
      this.#cards.set(card.item, makeCard(card));
      this.#holes -= 1;
    }
    arrange(this.#list, this.cards);
    if (this.#isDismissable) this.cards.forEach(addDismissal);
  }

  #draw(update, { animate, held }) {
    this.#waiting = null;
    this.#reserve = this.#allowed(update);
    this.#holes = 0;
    const isHasty = performance.now() - this.#drawnAt < FOLLOW_MS;
    const before = measure(this.#list, { animate: animate && !isHasty });
    const shown = this.#selected(update);
    const arrivals = shown.filter((card) => !this.#cards.has(card.item)).length;
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
    const at = arrange(this.#list, [...cards.values()], before);
    this.#drawnAt = at;
    this.#page.onDrawn(update, this.items, at, held, arrivals);
    this.#hideButton();
    // Paint the list first, its controls after it.
    if (this.#isDismissable && arrivals) setTimeout(() => this.cards.forEach(addDismissal));
  }

  get #limit() {
    return Number(this.#section.dataset.limit);
  }

  #allowed({ items, without }) {
    const here = new Set((this.#section.dataset.without ?? '').split(' '));
    return items.filter(({ item }) => !here.has(item) && !without?.has(item) && !unwanted.has(item));
  }

  #selected(update) {
    return this.#allowed(update).slice(0, this.#limit);
  }

  #mustWait(update) {
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
      if (event.pointerType !== 'touch') this.#pointerIsOn = true;
    });
    list.addEventListener('pointerleave', () => {
      this.#pointerIsOn = false;
      this.#release();
    });
    const lift = (event) => {
      this.#fingers = event.targetTouches.length;
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
