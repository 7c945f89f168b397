// Announces changes to screen readers, politely and not too often.

const PAUSE_MS = 4000;

let next = 0;
let timer = 0;

/** Announce a text; of several in quick succession only the last one. */
export function announce(words) {
  clearTimeout(timer);
  const pause = Math.max(0, next - performance.now());
  timer = setTimeout(() => {
    next = performance.now() + PAUSE_MS;
    document.querySelector('[data-announce]').textContent = words;
  }, pause);
}
