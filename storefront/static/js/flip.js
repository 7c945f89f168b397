// FLIP animations (first, last, invert, play) of a list's cards: a new one slides in and glows once, one that moves glides,
// one that leaves fades out.

const MOVE_MS = 260;
const ARRIVE_MS = 300;
const LEAVE_MS = 200;
const GLOW_MS = 1100;
const EASE = 'cubic-bezier(0.2, 0.7, 0.2, 1)';

const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');

/** Measure a list's cards before it changes. Call it first: earlier changes would force a layout. */
export function measure(list, { animate = true } = {}) {
  const animates = animate && !reducedMotion.matches && !document.hidden;
  const rects = new Map();
  for (const child of animates ? list.children : []) {
    if (!child.classList.contains('is-leaving')) rects.set(child, child.getBoundingClientRect());
  }
  return { animates, rects, scrollLeft: list.scrollLeft };
}

/** Make `elements` the children of `list`, in order, and animate the difference. Returns when the new list was laid out. */
export function arrange(list, elements, { animates, rects, scrollLeft } = measure(list)) {
  const kept = new Set(elements);
  const leaving = [...list.children].filter((child) => !kept.has(child));
  const layouts = leaving.map((child) => (rects.has(child) ? layoutOf(child) : null));
  leaving.forEach((child, index) => (layouts[index] ? fadeOut(child, layouts[index]) : child.remove()));
  reorder(list, elements);
  // Keep the scroll position: scroll anchoring would follow a card that moved.
  list.scrollLeft = scrollLeft;
  for (const element of animates ? elements : []) {
    for (const animation of element.getAnimations()) animation.cancel();
  }
  const after = elements.map((element) => element.getBoundingClientRect());
  const laidOutAt = performance.now();

  if (animates) elements.forEach((element, index) => animateFrom(element, rects.get(element), after[index]));
  return laidOutAt;
}

/** Reorder the elements with the fewest moves, since each one that moves is laid out again. */
function reorder(list, elements) {
  const before = new Map([...list.children].map((child, index) => [child, index]));
  const still = new Set(longestIncreasing(elements.filter((element) => before.has(element)), (element) => before.get(element)));
  let next = null;
  for (const element of [...elements].reverse()) {
    if (!still.has(element)) list.insertBefore(element, next);
    next = element;
  }
}

/** The longest increasing subsequence of the elements, by rank. */
function longestIncreasing(elements, rankOf) {
  const runs = [];
  elements.forEach((element, index) => {
    const earlier = elements.slice(0, index).map((_, position) => runs[position]).filter((run) => rankOf(run.at(-1)) < rankOf(element));
    const longest = earlier.reduce((best, run) => (run.length > best.length ? run : best), []);
    runs.push([...longest, element]);
  });
  return runs.reduce((best, run) => (run.length > best.length ? run : best), []);
}

function animateFrom(element, from, to) {
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

/** A card's layout in its list, and the present transform of its animation. */
function layoutOf(element) {
  const { offsetLeft: left, offsetTop: top, offsetWidth: width } = element;
  const { transform } = getComputedStyle(element);
  return { left, top, width, transform: transform === 'none' ? '' : transform };
}

/** Fade a card out where it is visible, even in the middle of an animation, without moving others. */
function fadeOut(element, { left, top, width, transform }) {
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
