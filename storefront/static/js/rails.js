// Joins the socket's messages to the lists on the page, and reports what was drawn.

import { announce } from './announce.js';
import { deliver, eventOf } from './interactions.js';
import { arrived, drawn, painted } from './journeys.js';
import { Rail } from './rail.js';
import { on } from './socket.js';

// A list that found no place on the page for longer than this answers no click any more.
const PATIENCE_MS = 3000;

const rails = new Map();
const newest = new Map();
const shown = new WeakSet();
let pushedSinceConnect = false;
let unpainted = null;

/** Take over the lists of a page. `askedAt` is when the page was asked for: newer news wins over what it says. */
export function adopt(main, askedAt) {
  rails.clear();
  for (const section of main.querySelectorAll('[data-rail]')) {
    const rail = new Rail(section, onDrawn);
    rails.set(rail.name, rail);
  }
  const forYou = rails.get('for_you');
  const update = newest.get('for_you');
  if (forYou && update && update.at >= askedAt && update.ranking_id !== forYou.rankingId) {
    forYou.update(update, { animate: false });
  } else if (forYou && update && !shown.has(update) && update.ranking_id === forYou.rankingId) {
    onDrawn(update, forYou.items, performance.now(), false, 0);
  } else if (forYou?.rankingId) {
    reportShown(forYou.rankingId, forYou.items, []);
  }
}

function receive(name, message) {
  const at = performance.now();
  const update = { ...message, name, at, records: arrived(message, at) };
  if (name === 'trending') update.without = new Set(rails.get('for_you')?.items);
  newest.set(name, update);
  rails.get(name)?.update(update);
}

function onDrawn(update, items, at, held, arrivals) {
  shown.add(update);
  if (update.name !== 'for_you') return;
  const late = held || at - update.at > PATIENCE_MS;
  drawn(update.records, items, at, { held: late });
  if (arrivals && update.causes?.length) announce(`${arrivals} new for you`);
  reportShown(update.ranking_id, items, update.records, update.causes?.at(-1));
}

/**
 * Report a drawn list once its frame is painted; a hidden page paints none and reports none. A page that comes before
 * that frame and shows the same list is what was seen.
 */
function reportShown(rankingId, items, records, cause) {
  if (document.hidden) return;
  if (unpainted?.rankingId === rankingId) {
    unpainted.items = items;
    unpainted.records.push(...records);
    unpainted.cause ??= cause;
    return;
  }
  const report = { rankingId, items, records: [...records], cause };
  unpainted = report;
  afterPaint((at) => {
    if (unpainted === report) unpainted = null;
    painted(report.records, at);
    const own = report.records.at(-1);
    const measured = own?.drawn_ms != null && { drawn_ms: own.drawn_ms, painted_ms: own.painted_ms };
    const fields = { ranking_id: rankingId, surface: 'for_you', items: report.items, ...(report.cause && { cause: report.cause }), ...measured };
    deliver(eventOf('ranking_shown', fields), 'ranking_drawn');
  });
}

function afterPaint(tell) {
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      tell(performance.now());
    };
    port2.postMessage(null);
  });
}

on('connect', () => { pushedSinceConnect = false; });
on('ranking_changed', (message) => {
  const isCatchUp = !message.causes?.length && !message.journey;
  // What the connection starts with must not undo a push that overtook it, nor repeat what the page shows.
  if (isCatchUp && (pushedSinceConnect || rails.get('for_you')?.rankingId === message.ranking_id)) return;
  pushedSinceConnect ||= !isCatchUp;
  receive('for_you', message);
});
on('trending_changed', (message) => receive('trending', message));
