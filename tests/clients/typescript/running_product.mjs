// A program of another shop: sends events with its key alone, and waits for its visitor's list to change.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";

import { pages, Problem, Riverfront } from "riverfront-client";

const { RIVERFRONT_URL: address, RIVERFRONT_KEY: key } = process.env;
const shop = new Riverfront({ address, key });
const deadline = Date.now() + 60_000;

async function first(ask, holds) {
  for (;;) {
    const answer = await ask();
    if (holds(answer)) return answer;
    assert.ok(Date.now() < deadline, `waited in vain; the last answer was ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const visitor = `visitor/${randomUUID()} é`;
const ids = [];
for await (const page of pages((cursor) => shop.getList("trending", { cursor, count: 10 }))) ids.push(...page.items.map((one) => one.item));
assert.ok(ids.length > 10 && new Set(ids).size === ids.length);

const events = Array.from({ length: 1_000 }, (_, n) => ({ kind: "item_viewed", visitor, item: ids[n % ids.length] }));
assert.equal((await shop.sendEvents(events)).accepted, 1_000);
let list = await first(() => shop.getRecommendations(visitor), (found) => found.is_personal);
for (const item of ["Mug/0", "Bowl/1"]) {
  const event = randomUUID();
  const before = list.ranking_id;
  await shop.sendEvents({ kind: "item_viewed", visitor, item, event_id: event });
  await first(() => shop.getEvent(event).catch(() => ({})), (found) => found.state === "learned");
  list = await first(() => shop.getRecommendations(visitor), (found) => found.ranking_id !== before);
  assert.ok(list.items.length > 0 && list.items.every((one) => one.reason?.text));
}
const made = await shop.makeRecommendations({ session: ["Mug/0"], count: 5, explain: true });
assert.ok(made.items.length === 5 && made.items.every((one) => one.source in one.scores));
await assert.rejects(shop.getItem("nothing"), (error) => error instanceof Problem && error.code === "unknown-item");
await shop.forgetVisitor(visitor);
console.log("done");
