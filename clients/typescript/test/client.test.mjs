// What the client sends, when it sends it again, and what it makes of the answers. `npm pack` has built it before.

import assert from "node:assert/strict";
import { test } from "node:test";

import { pages, Problem, Riverfront, Unreachable } from "riverfront-client";

const ADDRESS = "https://shop.example/path/";
const LOST = new TypeError("fetch failed");
const EMPTY = { ranking_id: "r1", surface: "for_you", items: [] };

const json = (body, status = 200) => Response.json(body, { status });
const problem = (status, code, headers = {}) =>
  new Response(JSON.stringify({ type: `urn:riverfront:problem:${code}`, title: "What it is", status, detail: "Why" }), {
    status,
    headers: { "content-type": "application/problem+json", ...headers },
  });

/** A client whose API gives the answers one after the other, the last again and again. */
function scripted(...answers) {
  const asked = [];
  const pauses = [];
  const fetch = async (request) => {
    asked.push({ url: request.url, method: request.method, headers: request.headers, body: await request.text() });
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer instanceof Error) throw answer;
    return answer.clone();
  };
  const pause = async (milliseconds) => void pauses.push(milliseconds);
  return { shop: new Riverfront({ address: ADDRESS, key: "rf_server_1", fetch, pause }), asked, pauses };
}

test("it sends the key below the address, with ids escaped", async () => {
  const { shop, asked } = scripted(json(EMPTY));
  assert.deepEqual(await shop.getRecommendations("a/b c?é", { count: 3, exclude: ["x", "y"] }), EMPTY);
  assert.equal(asked[0].headers.get("authorization"), "Bearer rf_server_1");
  const path = "/path/api/v1/visitors/a%2Fb%20c%3F%C3%A9/recommendations?count=3&exclude=x&exclude=y";
  assert.equal(asked[0].url, `https://shop.example${path}`);
});

for (const id of ["", ".", ".."]) {
  test(`the id "${id}" is refused before anything is sent`, async () => {
    const { shop, asked } = scripted(json(EMPTY));
    await assert.rejects(shop.getItem(id), RangeError);
    assert.equal(asked.length, 0);
  });
}

for (const answer of [LOST, new Response("", { status: 502 }), problem(503, "unavailable"), problem(429, "too-many-requests")]) {
  test(`what fails for a moment is sent again: ${answer.status ?? answer.message}`, async () => {
    const taken = { accepted: 1, ignored: 0, refused: 0, results: [] };
    const { shop, asked, pauses } = scripted(answer, answer, json(taken, 202));
    assert.deepEqual(await shop.sendEvents([{ kind: "item_viewed", visitor: "v", item: "i" }]), taken);
    assert.equal(asked.length, 3);
    assert.equal(new Set(asked.map((one) => one.headers.get("idempotency-key"))).size, 1);
    assert.equal(new Set(asked.map((one) => one.body)).size, 1);
    assert.ok(pauses[0] >= 200 && pauses[0] <= 300 && pauses[1] >= 400 && pauses[1] <= 600, String(pauses));
  });
}

test("it waits as long as the API says, and not beyond its patience", async () => {
  const short = scripted(problem(429, "too-many-requests", { "retry-after": "7" }), json(EMPTY));
  await short.shop.getList("trending");
  assert.ok(short.pauses.length === 1 && short.pauses[0] >= 7_000);
  const long = scripted(problem(429, "too-many-requests", { "retry-after": "3600" }));
  await assert.rejects(long.shop.getList("trending"), (error) => error instanceof Problem && error.retryAfter === 3_600);
  assert.equal(long.asked.length, 1);
});

test("after the last try it says so", async () => {
  const { shop, asked } = scripted(LOST);
  await assert.rejects(shop.getList("trending"), Unreachable);
  assert.equal(asked.length, 4);
});

test("a problem says what is wrong", async () => {
  const { shop, asked } = scripted(problem(404, "unknown-item"));
  await assert.rejects(shop.getItem("mug"), (error) => {
    assert.ok(error instanceof Problem);
    assert.deepEqual([error.code, error.status, error.message], ["unknown-item", 404, "What it is: Why"]);
    return true;
  });
  assert.equal(asked.length, 1);
});

const NO_ANSWERS = [
  new Response("<html>Sign in", { headers: { "content-type": "text/html" } }),
  new Response("<html>Nothing", { status: 404 }),
  new Response("{", { status: 404, headers: { "content-type": "application/problem+json" } }),
  new Response("{", { headers: { "content-type": "application/json" } }),
  new Response(null, { status: 302, headers: { location: "https://elsewhere.example" } }),
];
for (const answer of NO_ANSWERS) {
  test(`what is no answer of the API is called so: ${answer.status} ${answer.headers.get("content-type")}`, async () => {
    await assert.rejects(scripted(answer).shop.getList("trending"), Unreachable);
  });
}

test("a try has a limit", async () => {
  const fetch = (request) => new Promise((_, reject) => request.signal.addEventListener("abort", () => reject(request.signal.reason)));
  const shop = new Riverfront({ address: ADDRESS, key: "k", fetch, timeout: 1, retries: { tries: 2, firstPause: 0 } });
  // AbortSignal.timeout keeps no process alive.
  const alive = setInterval(() => {}, 1_000);
  await assert.rejects(shop.getList("trending"), Unreachable);
  clearInterval(alive);
});

test("what has no body answers nothing", async () => {
  assert.equal(await scripted(new Response(null, { status: 204 })).shop.forgetVisitor("v"), undefined);
});

test("all pages are read", async () => {
  const page = (item, next) => json({ ...EMPTY, items: [{ item }], ...(next ? { next } : {}) });
  const { shop, asked } = scripted(page("a", "c1"), page("b", "c2"), page("c"));
  const found = [];
  for await (const { items } of pages((cursor) => shop.getList("new", { cursor, count: 1 }))) found.push(items[0].item);
  assert.deepEqual(found, ["a", "b", "c"]);
  assert.deepEqual(asked.map((one) => new URL(one.url).searchParams.get("cursor")), [null, "c1", "c2"]);
});

test("addresses and keys that are none are refused", () => {
  for (const address of ["shop.example", "ftp://shop.example"]) assert.throws(() => new Riverfront({ address, key: "k" }), TypeError);
  for (const key of ["", "a b", "clé"]) assert.throws(() => new Riverfront({ address: ADDRESS, key }), TypeError);
});
