// The operators' page: takes one message a second and shows it as figures, curves and tables.

import { at } from './addresses.js';
import { Chart } from './chart.js';
import { IDENTITY_CHANGED, OPS_STATS } from './contract.js';
import { ago, amount, fraction, megabytes, ms, share } from './ops_format.js';
import { showQuality, showVariety } from './quality.js';
import { on } from './socket.js';
import { decimal, gettext as _, ngettext } from './texts.js';
import './theme.js';

const KEPT = 600;
const STALE_SECONDS = 5;

const find = (selector) => document.querySelector(selector);
const sum = (object) => Object.values(object).reduce((total, value) => total + value, 0);
const level = (value, warn, bad) => (value >= bad ? 'bad' : value >= warn ? 'warn' : 'good');

let history = [];
let receivedAt = null;

const plain = ([value]) => amount(value);
const charts = {
  events: [chart('events', plain, amount), (second) => [sum(second.events_per_second)]],
  learned: [chart('learned', plain, amount), (second) => [second.learner?.learned_per_second ?? null]],
  lag: [chart('lag', plain, amount), (second) => [second.total_lag]],
  drawn: [
    chart('drawn', ([p50, p99]) => (p50 === null ? _('no clicks') : `p50 ${ms(p50)}, p99 ${ms(p99)}`), amount),
    (second) => [second.click_to_drawn_ms?.p50 ?? null, second.click_to_drawn_ms?.p99 ?? null],
  ],
  quality: [
    chart('quality', ([hit, mrr]) => (hit === null ? _('no data yet') : _('HR %(hit)s, MRR %(mrr)s', { hit: share(hit), mrr: fraction(mrr) })), (value) => decimal(value, 2), 0.05),
    (second) => [second.learner?.quality?.hybrid.hit_rate ?? null, second.learner?.quality?.hybrid.mrr ?? null],
  ],
};

function chart(name, write, scale, least) {
  return new Chart(find(`[data-curve="${name}"]`), find(`[data-readout="${name}"]`), write, scale, least);
}

function setFigure(name, value, { unit = '', note = '', state = 'good' } = {}) {
  const figure = find(`[data-figure="${name}"]`);
  const [number, words] = figure.querySelectorAll('dd');
  const small = document.createElement('small');
  small.textContent = unit;
  number.replaceChildren(value, ...(unit && value !== '–' ? [small] : []));
  words.textContent = note;
  figure.dataset.level = state;
}

function setTable(name, rows) {
  find(`[data-table="${name}"]`).replaceChildren(...rows.map((cells) => {
    const row = document.createElement('tr');
    cells.forEach((text, index) => {
      const cell = document.createElement(index ? 'td' : 'th');
      if (!index) cell.scope = 'row';
      cell.textContent = text;
      row.append(cell);
    });
    return row;
  }));
}

function showFigures(now) {
  const drawn = now.click_to_drawn_ms;
  const { learner } = now;
  const events = sum(now.events_per_second);
  const simulated = now.simulated_per_second ? _('%(count)s/s simulated', { count: amount(now.simulated_per_second) }) : '';
  const storefronts = now.storefronts === undefined ? '' : ngettext('%(count)s storefront', '%(count)s storefronts', now.storefronts, { count: amount(now.storefronts) });
  setFigure('events', amount(events), { note: [storefronts, simulated].filter(Boolean).join(' · ') });
  setFigure('learned', learner ? amount(learner.learned_per_second) : '–', {
    note: learner ? _('%(count)s total', { count: amount(learner.learned) }) : _('Learner not running'),
    state: learner ? 'good' : 'bad',
  });
  setFigure('lag', amount(now.total_lag), { note: now.dead_letters ? ngettext('%(count)s dead letter', '%(count)s dead letters', now.dead_letters, { count: amount(now.dead_letters) }) : '', state: level(now.total_lag, 500, 5000) });
  setFigure('p50', ms(drawn?.p50), { unit: 'ms', note: drawn ? ngettext('%(count)s click', '%(count)s clicks', drawn.count, { count: amount(drawn.count) }) : _('No recent clicks'), state: drawn ? level(drawn.p50, 50, 250) : 'good' });
  setFigure('p99', ms(drawn?.p99), { unit: 'ms', note: drawn ? `p90 ${ms(drawn.p90)} ms` : '', state: drawn ? level(drawn.p99, 100, 500) : 'good' });
}

const both = (one, other, unit = '') => _('%(one)s / %(other)s', { one: amount(Math.round(one)), other: amount(Math.round(other)) }) + unit;

function showTables(now) {
  const kinds = [...new Set([...Object.keys(now.totals), ...Object.keys(now.events_per_second)])].sort();
  setTable('kinds', kinds.map((kind) => [kind.replaceAll('_', ' '), amount(now.events_per_second[kind] ?? 0), amount(now.totals[kind] ?? 0)]));
  setTable('partitions', now.lag.map((row) => [`${row.topic ?? ''} ${row.partition}`.trim(), amount(row.lag), decimal(row.committed), decimal(row.end)]));
  const { learner } = now;
  if (!learner) {
    setTable('learner', [[_('Status'), _('not running')]]);
    return;
  }
  const rows = [
    [_('Uptime'), ago(now.at - learner.started_at)],
    [_('Events learned'), amount(learner.learned)],
    [_('Rankings computed'), amount(learner.ranked)],
    [_('Rankings pushed'), amount(learner.pushed)],
    [_('Update time, p50 / p99'), learner.learn_us ? both(learner.learn_us.p50, learner.learn_us.p99, ' µs') : '–'],
    [_('Ranking time, p50 / p99'), learner.rank_us ? both(learner.rank_us.p50, learner.rank_us.p99, ' µs') : '–'],
    [_('Items / visitors'), both(learner.items, learner.visitors)],
    [_('Memory'), megabytes(learner.memory_bytes)],
    [_('Last snapshot'), learner.snapshot_at ? _('%(time)s ago', { time: ago(now.at - learner.snapshot_at) }) : _('none yet')],
    [_('Neural model'), learner.weights ? _('%(items)s items, trained %(time)s ago', { items: amount(learner.weights.items), time: ago(now.at - learner.weights.trained_at) }) : _('silent: nothing has trained it')],
    [_('Duplicates dropped'), amount(learner.duplicates)],
    [_('Dead letters'), amount(learner.dead_letters)],
    [_('Rankings deferred'), amount(learner.postponed)],
    ...(now.learners ?? []).map((one) => [
      _('Learner %(name)s', { name: one.name ?? '1' }),
      _('%(share)s of visitors, %(lag)s events behind, %(ranked)s rankings, %(memory)s', {
        share: share(one.share ?? 1), lag: amount(one.lag ?? 0), ranked: amount(one.ranked), memory: megabytes(one.memory_bytes),
      }),
    ]),
  ];
  setTable('learner', rows);
}

function show() {
  const now = history.at(-1);
  if (!now) return;
  showFigures(now);
  showTables(now);
  showQuality(now.learner?.quality ?? null, now.at);
  showVariety(now.learner?.variety ?? null);
  const times = history.map((second) => second.at);
  for (const [curve, read] of Object.values(charts)) {
    const values = history.map(read);
    curve.set(times, values[0].map((_, line) => values.map((value) => value[line])));
  }
}

/** Show how fresh the figures are: old ones must not look live. */
function showState() {
  const state = find('[data-state]');
  const words = find('[data-state-words]');
  const age = receivedAt === null ? null : (performance.now() - receivedAt) / 1000;
  const next = age === null ? 'waiting' : age > STALE_SECONDS ? 'stale' : 'live';
  const text = { waiting: _('Waiting for data'), live: _('Live'), stale: _('No data for %(time)s', { time: ago(age ?? 0) }) }[next];
  if (words.textContent !== text) words.textContent = text;
  state.dataset.state = next;
  document.body.classList.toggle('is-stale', next === 'stale');
}

function take(second) {
  history = [...history.filter((known) => known.at < second.at && known.at > second.at - KEPT), second];
  receivedAt = performance.now();
  showState();
  requestAnimationFrame(show);
}

async function load() {
  const response = await fetch(at('/ops/history.json'));
  if (!response.ok) return;
  const seconds = await response.json();
  const known = new Set(history.map((second) => second.at));
  history = [...seconds.filter((second) => !known.has(second.at)), ...history].sort((a, b) => a.at - b.at).slice(-KEPT);
  const age = history.length ? Date.now() / 1000 - history.at(-1).at : null;
  if (age !== null && receivedAt === null) receivedAt = performance.now() - Math.max(0, age) * 1000;
  showState();
  show();
}

on(OPS_STATS, take);
// The account is an operator's no longer, or signed out: the shop says what there is to see instead.
on(IDENTITY_CHANGED, () => location.reload());
on('connect', load);
setInterval(showState, 1000);
load();
