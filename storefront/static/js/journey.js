// The status in the header, and the timeline of the last click that it opens.

import { last, onJourney } from './journeys.js';
import { decimal, gettext as _ } from './texts.js';

const box = document.querySelector('[data-journey]');
const long = box.querySelector('.journey__long');
const mark = box.querySelector('[data-journey-mark]');
const words = box.querySelector('[data-journey-words]');
const hops = box.querySelector('[data-journey-hops]');

// Each click has one figure: the first that was known to stay.
const figures = new WeakMap();

const ms = (value) => decimal(value, value < 9.95 ? 1 : 0);

function figureOf(record) {
  if (!figures.has(record)) figures.set(record, { end: record.drawn_ms ?? record.arrived_ms, isShown: record.drawn_ms !== null });
  return figures.get(record);
}

/** The hops of a journey in ms since the click. Network time is split evenly between both directions. */
function timeline(record) {
  const { hops: times } = record;
  const { end, isShown } = figureOf(record);
  const start = times.received_at ?? times.appended_at;
  const inShop = (times.pushed_at - start) * 1000;
  const way = Math.max(0, (record.arrived_ms - inShop) / 2);
  let before = way;
  const at = (time) => {
    before = Math.max(before, way + (time - start) * 1000);
    return before;
  };
  return [
    [_('Received'), _('by the shop'), at(start)],
    [_('In Kafka'), _('partition %(partition)s, offset %(offset)s', times), at(times.appended_at)],
    [_('Learned'), _('by the models'), at(times.learned_at)],
    [_('Ranked'), _('for you'), at(times.ranked_at)],
    [_('Pushed'), _('to your open pages'), at(times.pushed_at)],
    isShown ? [_('Shown'), _('on this page'), end] : [_('Arrived'), _('waiting while you use the list'), end],
  ];
}

function show() {
  const record = last();
  if (!record?.hops) return;
  const { end } = figureOf(record);
  const learned = _('Learned from your last click');
  long.textContent = `${learned} · `;
  mark.textContent = `${ms(end)} ms`;
  if (!box.open) return;
  words.textContent = _('%(ms)s ms from your click to new recommendations.', { ms: ms(end) });
  hops.replaceChildren(...timeline(record).map(makeHop));
}

function makeHop([name, note, at]) {
  const row = document.createElement('li');
  row.className = 'hop';
  for (const [part, text] of [['name', name], ['note', note], ['at', `${ms(at)} ms`]]) {
    const cell = document.createElement('span');
    cell.className = `hop__${part}`;
    cell.textContent = text;
    row.append(cell);
  }
  return row;
}

onJourney(show);
box.addEventListener('toggle', show);
box.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || !box.open) return;
  box.open = false;
  box.querySelector('summary').focus();
});
document.addEventListener('pointerdown', (event) => {
  if (box.open && !box.contains(event.target)) box.open = false;
});
