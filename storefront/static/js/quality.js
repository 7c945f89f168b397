// Live quality on the operators' page: the quality of the lists shown, of each model alone, and which one is served.

import { ago, amount, change, fraction, share } from './ops_format.js';
import { decimal, gettext as _ } from './texts.js';

const find = (selector) => document.querySelector(selector);
const plain = (name) => name.replaceAll('_', ' ');
const CONTEXTS = {
  'session: none': _('Session: none'),
  'session: 1 item': _('Session: 1 item'),
  'session: 2 to 4 items': _('Session: 2 to 4 items'),
  'session: 5 items or more': _('Session: 5+ items'),
  'visitor: new': _('New visitor'),
  'visitor: known': _('Returning visitor'),
  'last touch: under 20 s ago': _('Dwell under 20 s'),
  'last touch: under 90 s ago': _('Dwell under 90 s'),
  'last touch: under 30 min ago': _('Dwell under 30 min'),
  'last touch: longer ago': _('Dwell over 30 min'),
  'last item: nothing known to follow': _('Last item: no data'),
  'last item: touched up to 3 times': _('Last item: up to 3 events'),
  'last item: touched up to 20 times': _('Last item: 4 to 20 events'),
  'last item: touched more often': _('Last item: over 20 events'),
};
const contextLabel = (name) => CONTEXTS[name] ?? plain(name);

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function rowHead(text) {
  const head = element('th', text);
  head.scope = 'row';
  return head;
}

/** A cell with a bar behind its number; `part` is how much of the bar is full. */
function bar(text, part) {
  const cell = element('td', undefined, 'bar');
  const filled = element('span', undefined, 'bar__full');
  filled.style.setProperty('--part', Math.max(0, Math.min(1, part || 0)));
  cell.append(filled, element('span', text, 'bar__text'));
  return cell;
}

function setFact(name, text, state = '') {
  const fact = find(`[data-fact="${name}"]`);
  const value = fact.querySelector('dd');
  if (value.textContent !== text) value.textContent = text;
  fact.dataset.level = state;
}

function showMembers({ hybrid, members }, serving) {
  const all = [hybrid, ...[...members].sort((a, b) => b.hit_rate - a.hit_rate)];
  const highest = (name) => Math.max(1e-9, ...all.map((one) => one[name]));
  const tops = { hit_rate: highest('hit_rate'), mrr: highest('mrr'), click_rate: highest('click_rate') };
  find('[data-table="members"]').replaceChildren(...all.map((one, index) => {
    const row = element('tr');
    if (!index) row.className = 'members__whole';
    const head = rowHead(index ? plain(one.member) : _('Hybrid'));
    if (index && one.member === serving) head.append(element('span', _('serving'), 'mark'));
    const shown = one.shown ?? 0;
    row.append(
      head,
      bar(share(one.hit_rate), one.hit_rate / tops.hit_rate),
      bar(fraction(one.mrr), one.mrr / tops.mrr),
      element('td', share(one.answered)),
      bar(shown ? share(one.click_rate) : '–', shown ? one.click_rate / tops.click_rate : 0),
      element('td', shown ? `${amount(one.clicked)} / ${amount(shown)}` : '–'),
    );
    return row;
  }));
}

function showWeights(weights, order) {
  const contexts = Object.keys(weights);
  find('[data-weights]').hidden = contexts.length === 0;
  const named = new Set(contexts.flatMap((context) => Object.keys(weights[context])));
  const members = [...order.filter((name) => named.has(name)), ...[...named].filter((name) => !order.includes(name))];
  const head = element('tr');
  for (const text of [_('Model'), ...contexts.map(contextLabel)]) {
    const cell = element('th', text);
    cell.scope = 'col';
    head.append(cell);
  }
  find('[data-table-head="weights"]').replaceChildren(head);
  find('[data-table="weights"]').replaceChildren(...members.map((member) => {
    const row = element('tr');
    row.append(rowHead(plain(member)), ...contexts.map((context) => {
      const weight = weights[context][member] ?? 0;
      const cell = element('td', weight < 0.005 ? '·' : String(Math.round(weight * 100)), 'heat');
      if (weight < 0.005) cell.setAttribute('aria-label', _('under 0.5%'));
      // On a square-root scale, so that small shares are visible.
      cell.style.setProperty('--heat', Math.sqrt(weight));
      return cell;
    }));
    return row;
  }));
}

function showPositions(places) {
  find('[data-places]').replaceChildren(...places.map((likely, index) => {
    const place = element('li', undefined, 'place');
    place.style.setProperty('--part', likely);
    place.append(element('span', _('Position %(position)s: %(share)s', { position: index + 1, share: share(likely) }), 'unseen'));
    if (index === 0 || (index + 1) % 4 === 0) {
      const number = element('span', String(index + 1), 'place__number');
      number.setAttribute('aria-hidden', 'true');
      place.append(number);
    }
    place.title = _('Position %(position)s: %(share)s', { position: index + 1, share: share(likely) });
    return place;
  }));
}

/** Show the quality that the learner reports, if it does. `now` is the second's time. */
export function showQuality(quality, now) {
  find('[data-quality]').dataset.state = quality ? 'there' : 'waiting';
  if (!quality) return;
  const serving = quality.serving ?? 'hybrid';
  find('[data-quality-words]').textContent = _('Scored on the lists shown before each of the last %(count)s events.', { count: decimal(quality.asked) });
  setFact('hit', share(quality.hybrid.hit_rate));
  setFact('mrr', fraction(quality.hybrid.mrr));
  setFact('serving', serving === 'hybrid' ? _('Hybrid') : plain(serving), serving === 'hybrid' ? '' : 'warn');
  const { drifts = 0, drifted_at: driftedAt = null } = quality;
  const isFresh = driftedAt !== null && now - driftedAt < 600;
  const since = driftedAt === null ? '' : _('%(time)s ago', { time: ago(now - driftedAt) });
  setFact('drift', drifts ? [`${amount(drifts)}×`, since].filter(Boolean).join(', ') : _('None'), isFresh ? 'warn' : '');
  // The history has only the totals: models, weights and positions come with the next second.
  if (quality.members?.length) showMembers(quality, serving);
  if (quality.weights) showWeights(quality.weights, (quality.members ?? []).map((one) => one.member));
  if (quality.looked_at?.length) showPositions(quality.looked_at);
}

/** Show how much the last lists differ, if the learner has made any. */
export function showVariety(variety) {
  find('[data-variety]').hidden = !variety;
  if (!variety) return;
  setFact('gini', fraction(variety.gini));
  setFact('within', share(variety.intra_list_diversity));
  setFact('between', share(variety.inter_list_diversity));
  setFact('churn', share(variety.churn));
  setFact('calibration', fraction(variety.calibration_kl));
  const lifts = variety.popularity_lift ?? {};
  for (const group of ['niche', 'diverse', 'blockbuster']) setFact(`lift-${group}`, change(lifts[group]));
}
