// One live list on the page. It holds still while the visitor's pointer, finger or focus is on it, and offers what is
// new by a quiet button instead.

import { addDismissal, makeCard, setReason } from './cards.js';
import { arrange } from './flip.js';

// No eye follows lists that come faster than this: they change at once.
const FOLLOW_MS = 120;

// What the visitor has sent away: their list does not show it again while this document lives.
const unwanted = new Set();

export class Rail {
  #section;
  #list;
  #button;
  #cards = new Map();
  #waiting = null;
  #pointerIsOn = false;
  #fingers = 0;
  #drawnAt = -Infinity;

  /** Take over a list that the server has drawn. `onDrawn(update, items, at, held, arrivals)` is told of each change. */
  constructor(section, onDrawn) {
    this.#section = section;
    this.#list = section.querySelector('.rail__list');
    this.#button = section.querySelector('[data-rail-new]');
    this.onDrawn = onDrawn;
    for (const element of [...this.#list.children]) {
      if (this.#isDismissable && unwanted.has(element.dataset.item)) element.remove();
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
    return this.name === 'for_you';
  }

  get isHeld() {
    return this.#pointerIsOn || this.#fingers > 0 || this.#list.contains(document.activeElement);
  }

  /** Show a new list now, or as soon as the visitor has left the rail. */
  update(update, { animate = true } = {}) {
    if (this.isHeld && animate) {
      this.#waiting = update;
      this.#button.hidden = !this.#changes(update);
      return false;
    }
    this.#draw(update, { animate, held: false });
    return true;
  }

  /** Take a card out at once, also under the pointer. Returns a function that puts it back and returns its element. */
  remove(item) {
    const index = this.items.indexOf(item);
    const copy = this.#cards.get(item).cloneNode(true);
    unwanted.add(item);
    this.#cards.delete(item);
    arrange(this.#list, this.cards);
    return () => {
      unwanted.delete(item);
      const entries = [...this.#cards];
      entries.splice(index, 0, [item, copy]);
      this.#cards = new Map(entries.slice(0, this.#limit));
      arrange(this.#list, this.cards);
      return copy;
    };
  }

  #draw(update, { animate, held }) {
    this.#waiting = null;
    const shown = this.#selected(update);
    const arrivals = shown.filter((card) => !this.#cards.has(card.item)).length;
    const cards = new Map();
    for (const card of shown) {
      const element = this.#cards.get(card.item) ?? makeCard(card);
      if (card.reason !== undefined) setReason(element, card.reason);
      cards.set(card.item, element);
    }
    // A short list keeps what stood there before, at its end, unless it is all that there is.
    for (const [item, element] of update.isWhole ? [] : this.#cards) {
      if (cards.size < this.#limit && !cards.has(item) && !update.without?.has(item)) cards.set(item, element);
    }
    this.#cards = cards;
    if (update.ranking_id) this.#section.dataset.rankingId = update.ranking_id;
    this.#section.hidden = cards.size === 0 && this.name !== 'for_you';
    const isHasty = performance.now() - this.#drawnAt < FOLLOW_MS;
    const at = arrange(this.#list, [...cards.values()], { animate: animate && !isHasty });
    this.#drawnAt = at;
    this.onDrawn(update, this.items, at, held, arrivals);
    this.#hideButton();
    // The list comes first, its quiet controls right after it.
    if (this.#isDismissable && arrivals) setTimeout(() => this.cards.forEach(addDismissal));
  }

  get #limit() {
    return Number(this.#section.dataset.limit);
  }

  #selected({ items, without }) {
    const here = new Set((this.#section.dataset.without ?? '').split(' '));
    const isShown = ({ item }) => !here.has(item) && !without?.has(item) && !(this.#isDismissable && unwanted.has(item));
    return items.filter(isShown).slice(0, this.#limit);
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
    if (this.#waiting && !this.isHeld) this.#draw(this.#waiting, { animate: true, held: true });
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
    // Who goes on to the button has not left: it must not vanish from under the focus.
    for (const part of [list, this.#button]) {
      part.addEventListener('focusout', ({ relatedTarget }) => {
        const stays = relatedTarget === this.#button || list.contains(relatedTarget);
        if (!stays) queueMicrotask(() => this.#release());
      });
    }
    this.#button.addEventListener('click', () => {
      if (this.#waiting) this.#draw(this.#waiting, { animate: true, held: true });
    });
  }
}
