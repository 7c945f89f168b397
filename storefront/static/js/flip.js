// Moves the cards of a list to a new order: one that arrives slides in and glows once, one that moves glides, one that
// leaves fades. First the old places are measured, then the list is changed and measured again, then the difference is played.

const MOVE_MS = 260;
const ARRIVE_MS = 300;
const LEAVE_MS = 200;
const GLOW_MS = 1100;
const EASE = 'cubic-bezier(0.2, 0.7, 0.2, 1)';

const prefersLess = matchMedia('(prefers-reduced-motion: reduce)');

/** Where a list's cards are before it changes. To be asked first: what is changed before has to be laid out for it. */
export function measure(list, { animate = true } = {}) {
  const plays = animate && !prefersLess.matches && !document.hidden;
  const rects = new Map();
  for (const child of plays ? list.children : []) {
    if (!child.classList.contains('is-leaving')) rects.set(child, child.getBoundingClientRect());
  }
  return { plays, rects, scrolled: list.scrollLeft };
}

/** Give `list` exactly `elements` as children, in order. Returns the time at which the new list was laid out. */
export function arrange(list, elements, { plays, rects, scrolled } = measure(list)) {
  const staying = new Set(elements);
  const leaving = [...list.children].filter((child) => !staying.has(child));
  const places = leaving.map((child) => (rects.has(child) ? placeOf(child) : null));
  leaving.forEach((child, index) => (places[index] ? fade(child, places[index]) : child.remove()));
  place(list, elements);
  // The list stays where it was scrolled to; it does not run after a card that has moved.
  list.scrollLeft = scrolled;
  for (const element of plays ? elements : []) {
    for (const animation of element.getAnimations()) animation.cancel();
  }
  const after = elements.map((element) => element.getBoundingClientRect());
  const laidOutAt = performance.now();

  if (plays) elements.forEach((element, index) => play(element, rects.get(element), after[index]));
  return laidOutAt;
}

/** Put the elements in order. What is put elsewhere is laid out anew, so as few as possible are. */
function place(list, elements) {
  const before = new Map([...list.children].map((child, index) => [child, index]));
  const still = new Set(longestRise(elements.filter((element) => before.has(element)), (element) => before.get(element)));
  let next = null;
  for (const element of [...elements].reverse()) {
    if (!still.has(element)) list.insertBefore(element, next);
    next = element;
  }
}

/** As many as possible of the elements, in their order, whose ranks rise. */
function longestRise(elements, rankOf) {
  const rises = [];
  elements.forEach((element, index) => {
    const earlier = elements.slice(0, index).map((_, place) => rises[place]).filter((rise) => rankOf(rise.at(-1)) < rankOf(element));
    const longest = earlier.reduce((best, rise) => (rise.length > best.length ? rise : best), []);
    rises.push([...longest, element]);
  });
  return rises.reduce((best, rise) => (rise.length > best.length ? rise : best), []);
}

function play(element, from, to) {
  if (!from) {
    element.classList.add('is-new');
    setTimeout(() => element.classList.remove('is-new'), GLOW_MS);
    element.animate(
      [{ opacity: 0, transform: 'translateX(28px) scale(0.96)' }, { opacity: 1, transform: 'none' }],
      { duration: ARRIVE_MS, easing: EASE },
    );
    return;
  }
  const x = from.left - to.left;
  const y = from.top - to.top;
  if (Math.abs(x) < 0.5 && Math.abs(y) < 0.5) return;
  element.animate([{ transform: `translate(${x}px, ${y}px)` }, { transform: 'none' }], { duration: MOVE_MS, easing: EASE });
}

/** Where the card is laid out in its list, and the transform that a glide gives it at this moment. */
function placeOf(element) {
  const { offsetLeft: left, offsetTop: top, offsetWidth: width } = element;
  const { transform } = getComputedStyle(element);
  return { left, top, width, transform: transform === 'none' ? '' : transform };
}

/** Let a card go where it is seen, also in the middle of a glide. Its layout stays: nothing jumps. */
function fade(element, { left, top, width, transform }) {
  for (const animation of element.getAnimations()) animation.cancel();
  element.classList.add('is-leaving');
  element.inert = true;
  element.setAttribute('aria-hidden', 'true');
  Object.assign(element.style, { left: `${left}px`, top: `${top}px`, width: `${width}px` });
  const animation = element.animate(
    [{ opacity: 1, transform: transform || 'none' }, { opacity: 0, transform: `${transform} scale(0.96)` }],
    { duration: LEAVE_MS, fill: 'forwards' },
  );
  const remove = () => element.remove();
  animation.finished.then(remove, remove);
}
