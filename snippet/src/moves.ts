/** Moves a list's cards: one that is new fades in, one that stays glides to its place. */

const MOVE: KeyframeAnimationOptions = { duration: 260, easing: 'cubic-bezier(0.2, 0.7, 0.2, 1)' };
const still = matchMedia('(prefers-reduced-motion: reduce)');

export function arrange(list: HTMLElement, cards: HTMLElement[]): void {
  const { scrollLeft } = list;
  const before = new Map([...list.children].map((card) => [card, card.getBoundingClientRect()]));
  list.replaceChildren(...cards);
  list.scrollLeft = scrollLeft;
  if (still.matches || document.hidden || !before.size) return;
  for (const card of cards) {
    const from = before.get(card);
    const to = card.getBoundingClientRect();
    const start = from ? { transform: `translate(${from.left - to.left}px, ${from.top - to.top}px)` } : { opacity: 0, transform: 'scale(0.96)' };
    card.animate([start, { opacity: 1, transform: 'none' }], MOVE);
  }
}
