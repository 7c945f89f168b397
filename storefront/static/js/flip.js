// FLIP animations (first, last, invert, play) of a list's cards: a new one slides in and glows once, one that moves glides,
// one that leaves fades out.

const MOVE_MS = 260;
const ARRIVE_MS = 300;
const LEAVE_MS = 200;
const GLOW_MS = 1100;
const EASE = 'cubic-bezier(0.2, 0.7, 0.2, 1)';

const toward = document.documentElement.dir === 'rtl' ? -1 : 1;
const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');

// What is prepared and not yet played, by list: paused animations, cards that will arrive, and those that will leave.
const prepared = new WeakMap();

/** Measure a list's cards before it changes. Call it first: earlier changes would force a layout. */
export function measure(list, { animate = true } = {}) {
  const animates = animate && !reducedMotion.matches && !document.hidden;
  const rects = new Map();
  const unseen = prepared.get(list)?.arriving;
  for (const child of animates ? list.children : []) {
    if (!child.inert && !unseen?.has(child)) rects.set(child, child.getBoundingClientRect());
  }
  return { animates, rects, scrollLeft: list.scrollLeft };
}

/**
 * Make `elements` the children of `list`, in order, and animate the difference. With `waits` the list looks as it did before
 * until `play` is called. Returns when the new list was laid out.
 */
export function arrange(list, elements, { animates, rects, scrollLeft } = measure(list), { waits = false } = {}) {
  const kept = new Set(elements);
  const leaving = [...list.children].filter((child) => !kept.has(child));
  const layouts = leaving.map((child) => (rects.has(child) ? layoutOf(child) : null));
  const stage = { animations: [], arriving: new Set(), leaving: new Set() };
  const before = prepared.get(list);
  if (animates && waits) prepared.set(list, stage);
  else play(list);
  leaving.forEach((child, index) => {
    if (layouts[index]) stage.animations.push(fadeOut(child, layouts[index]));
    else if (before?.leaving.has(child)) stage.animations.push(...child.getAnimations());
    else child.remove();
    if (child.isConnected) stage.leaving.add(child);
  });
  reorder(list, elements);
  // Keep the scroll position: scroll anchoring would follow a card that moved.
  list.scrollLeft = scrollLeft;
  for (const element of animates ? elements : []) {
    for (const animation of element.getAnimations()) animation.cancel();
  }
  const after = elements.map((element) => element.getBoundingClientRect());
  const laidOutAt = performance.now();

  elements.forEach((element, index) => {
    if (!animates) return;
    const from = rects.get(element);
    if (!from) stage.arriving.add(element);
    stage.animations.push(animateFrom(element, from, after[index]));
  });
  stage.animations = stage.animations.filter(Boolean);
  if (animates && waits) stage.animations.forEach((animation) => animation.pause());
  else start(stage);
  return laidOutAt;
}

/** Play the changes of a list that wait. */
export function play(list) {
  const stage = prepared.get(list);
  prepared.delete(list);
  if (!stage) return;
  start(stage);
  for (const animation of stage.animations) animation.play();
}

function start({ arriving, leaving }) {
  for (const element of arriving) {
    element.classList.add('is-new');
    setTimeout(() => element.classList.remove('is-new'), GLOW_MS);
  }
  for (const element of leaving) element.classList.replace('is-past', 'is-leaving');
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
    return element.animate(
      [{ opacity: 0, transform: `translateX(${28 * toward}px) scale(0.96)` }, { opacity: 1, transform: 'none' }],
      { duration: ARRIVE_MS, easing: EASE },
    );
  }
  const x = from.left - to.left;
  const y = from.top - to.top;
  if (Math.abs(x) < 0.5 && Math.abs(y) < 0.5) return null;
  return element.animate([{ transform: `translate(${x}px, ${y}px)` }, { transform: 'none' }], { duration: MOVE_MS, easing: EASE });
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
  element.classList.add('is-past');
  element.inert = true;
  element.setAttribute('aria-hidden', 'true');
  Object.assign(element.style, { left: `${left}px`, top: `${top}px`, width: `${width}px` });
  const animation = element.animate(
    [{ opacity: 1, transform: transform || 'none' }, { opacity: 0, transform: `${transform} scale(0.96)` }],
    { duration: LEAVE_MS, fill: 'forwards' },
  );
  const remove = () => element.remove();
  animation.finished.then(remove, remove);
  return animation;
}
