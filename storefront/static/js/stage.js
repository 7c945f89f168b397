// A change of a list that the visitor has not seen yet. The list looks as they last saw it; once it has come into view, and a
// moment later, so that the eye is there, the change is played.

import { play } from './flip.js';

const HOLD_MS = 400;
// So much of a list is in view, or half of it.
const ENOUGH_PX = 160;

export class Stage {
  #list;
  #canPlay;
  #past = null;
  #observer = null;
  #timer = 0;
  #isDue = false;

  /** `canPlay` returns whether the list may move now. */
  constructor(list, canPlay) {
    this.#list = list;
    this.#canPlay = canPlay;
  }

  /** What the visitor last saw, as it was given to `set`; null if that is the present list. */
  get past() {
    return this.#past;
  }

  get isInView() {
    return isEnough(this.#list.getBoundingClientRect(), innerHeight);
  }

  /** Wait for the list to come into view. Of several changes, the first one's `past` counts. */
  set(past) {
    this.#past ??= past;
    this.#list.classList.add('is-staged');
    if (this.#observer) return;
    this.#observer = new IntersectionObserver((entries) => {
      const entry = entries.at(-1);
      if (!isEnough(entry.boundingClientRect, innerHeight)) return;
      this.#observer.disconnect();
      this.#timer = setTimeout(() => {
        this.#isDue = true;
        this.settle();
      }, HOLD_MS);
    }, { threshold: [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1] });
    this.#observer.observe(this.#list);
  }

  /** Play the change if it is due and the list may move. */
  settle() {
    if (!this.#isDue || !this.#canPlay() || !this.#list.isConnected) return;
    clearTimeout(this.#timer);
    this.#past = null;
    this.#observer = null;
    this.#isDue = false;
    this.#list.classList.remove('is-staged');
    play(this.#list);
  }
}

function isEnough({ top, bottom, height }, windowHeight) {
  const inView = Math.min(bottom, windowHeight) - Math.max(top, 0);
  return height > 0 && inView >= Math.min(height / 2, ENOUGH_PX);
}
