// What needs no connection: back-off, positions, merging, the digest, the chat log, sentences.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { backOffMs } from "../dist/modules/back_off.js";
import { ChatLog, LONGEST_LOG, messageOf } from "../dist/modules/chat_log.js";
import { digest } from "../dist/modules/digest.js";
import { drawingOrder, isKeyed, rank, tombstoneOf } from "../dist/modules/merge.js";
import { Position } from "../dist/modules/position.js";
import { mayComeBack, sentenceFor } from "../dist/modules/sentences.js";
import { Made, Value } from "../dist/modules/watched.js";

test("the back-off doubles up to 30 s and jitters by a fifth", () => {
  const middle = [0, 1, 2, 3, 4, 5, 6, 99].map((attempt) => backOffMs(attempt, () => 0.5));
  assert.deepEqual(middle, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  assert.equal(backOffMs(0, () => 0), 800);
  assert.equal(backOffMs(5, () => 0.999999), 36_000);
});

test("close codes tell whether to come back", () => {
  for (const code of [1001, 1006, 1012, 1013, 4408]) assert.ok(mayComeBack(code), code);
  for (const code of [1000, 1003, 1007, 1009, 4401, 4403, 4429]) assert.ok(!mayComeBack(code), code);
});

test("what the server says to programmers becomes a sentence", () => {
  assert.equal(sentenceFor("forbidden", "the room is read-only"), "The room is read-only.");
  assert.match(sentenceFor("wrong_password", "x"), /password/);
});

test("a position knows the next change, those before, and gaps", () => {
  const p = new Position();
  assert.equal(p.since, undefined);
  p.set("e", 5);
  assert.equal(p.take(5, false), "known");
  assert.equal(p.take(6, false), "next");
  assert.equal(p.take(8, false), "gap");
  assert.deepEqual(p.since, { epoch: "e", seq: 6 });
  assert.equal(p.take(8, true), "next");
  assert.equal(p.compare("e", 8), "known");
  assert.equal(p.compare("e", 9), "gap");
  assert.equal(p.compare("f", 1), "gap");
  p.unknown();
  assert.equal(p.since, undefined);
  assert.equal(p.take(40, false), "next");
});

const element = (id, version, versionNonce, more) => ({ id, version, versionNonce, ...more });

test("an element can be merged with every version that the server takes", () => {
  assert.ok(isKeyed(element("a", 2 ** 53, 1)));
  assert.ok(!isKeyed(element("a", 2 ** 53 + 2, 1)));
  assert.ok(!isKeyed(element("a", 1.5, 1)));
  assert.ok(!isKeyed({ version: 1 }));
});

test("elements rank by version, then the lower nonce, then the lower bytes", () => {
  assert.ok(rank(element("a", 2, 9), element("a", 1, 1)) > 0);
  assert.ok(rank(element("a", 1, 1), element("a", 1, 2)) > 0);
  assert.ok(rank(element("a", 1, 1, { x: 1 }), element("a", 1, 1, { x: 2 })) > 0);
  assert.equal(rank(element("a", 1, 1), element("a", 1, 1)), 0);
  // By bytes: U+FF61 is lower than U+1F600, whose first UTF-16 unit is lower.
  assert.ok(rank(element("a", 1, 1, { t: "\uff61" }), element("a", 1, 1, { t: "\u{1f600}" })) > 0);
  assert.ok(rank({ id: "a", version: 1 }, element("a", 1, 1)) > 0);
});

test("merging in any order ends the same", () => {
  const all = [element("a", 1, 5), element("a", 2, 7), element("a", 2, 3), element("a", 2, 3, { x: 1 })];
  const winners = permutations(all).map((order) =>
    JSON.stringify(order.reduce((best, e) => (rank(e, best) > 0 ? e : best))));
  assert.equal(new Set(winners).size, 1);
});

function permutations(items) {
  if (items.length < 2) return [items];
  return items.flatMap((item, at) =>
    permutations(items.toSpliced ? items.toSpliced(at, 1) : items.filter((_, i) => i !== at))
      .map((rest) => [item, ...rest]));
}

test("scenes are drawn by index, then by id; those without an index last", () => {
  const scene = [element("z", 1), element("b", 1, 0, { index: "a1" }), element("c", 1, 0, { index: "a0" }),
    element("a", 1, 0, { index: "a1" }), element("y", 1, 0, { index: null })];
  assert.deepEqual(scene.sort(drawingOrder).map((e) => e.id), ["c", "a", "b", "y", "z"]);
});

test("a tombstone is the next version", () => {
  assert.deepEqual(tombstoneOf(element("a", 3, 1)), element("a", 4, 1, { isDeleted: true }));
});

test("the digest is that of the README's example", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const [, scene] = readme.match(/<!-- digest: scene -->\s*```json\n([^]*?)```/);
  const [, answer] = readme.match(/<!-- digest: answer -->\s*```json\n([^]*?)```/);
  assert.deepEqual(digest(JSON.parse(scene)), JSON.parse(answer));
});

test("the digest ignores order and deleted elements, and sees every version and nonce", () => {
  const a = element("a", 1, 2);
  const b = element("ä", 7, 0);
  assert.deepEqual(digest([a, b]), digest([b, a, element("c", 1, 1, { isDeleted: true })]));
  assert.notEqual(digest([a, b]).hash, digest([a, element("ä", 8, 0)]).hash);
  assert.notEqual(digest([a, b]).hash, digest([element("a", 1, 3), b]).hash);
  assert.equal(digest([{ id: "a", version: 1 }]).hash, digest([element("a", 1, 1.5)]).hash);
  assert.deepEqual(digest([]), { count: 0, hash: "00000000" });
  assert.deepEqual(digest([{ type: "line" }]), { count: 1, hash: "00000000" });
});

const message = (n, more) => ({ id: String(n).padStart(12, "0"), seq: n, message: `m${n}`, ...more });

test("the chat log keeps the room's order and nothing twice", () => {
  const log = new ChatLog();
  log.put([message(3), message(1)]);
  log.put([message(2), message(3)]);
  assert.deepEqual(log.messages.map((m) => m.seq), [1, 2, 3]);
  log.putOlder([message(0)]);
  assert.equal(log.oldest.seq, 0);
});

test("edits, deletions and delivery change one message", () => {
  const log = new ChatLog();
  log.put([message(1), message(2, { metadata: { url: "x" } })]);
  log.edit(message(1).id, "new", 9);
  log.deliver(message(1).id, "sent");
  log.delete(message(2).id, 10);
  log.edit(message(2).id, "again", 11);
  assert.deepEqual(log.messages,
    [{ ...message(1), message: "new", editedAt: 9, delivery: "sent" },
      { ...message(2), message: "", deletedAt: 10 }]);
  log.replace([message(1)]);
  assert.equal(log.messages[0].delivery, "sent", "how far an own one got is only known here");
});

test("live messages never make the log longer than its limit", () => {
  const log = new ChatLog();
  for (let n = 1; n <= LONGEST_LOG; ++n) assert.equal(log.put([message(n)]), 0);
  assert.equal(log.put([message(LONGEST_LOG + 1)]), 1);
  assert.equal(log.messages.length, LONGEST_LOG);
  log.putOlder([message(0), message(1)]);
  assert.equal(log.put([message(LONGEST_LOG + 2)]), 1);
});

test("a live event becomes the message that it is", () => {
  assert.deepEqual(
    messageOf({ type: "chat:message", messageType: "text", resync: true, id: "1", message: "x" }),
    { id: "1", message: "x", type: "text" });
});

test("a watched value is the same until it changes, and a listener's error stops nobody", (t) => {
  t.mock.method(globalThis, "setTimeout", () => 0);
  const value = new Value(1);
  let calls = 0;
  value.subscribe(() => {
    throw new Error("mine");
  });
  const stop = value.subscribe(() => ++calls);
  value.set(1);
  value.set(2);
  stop();
  value.set(3);
  assert.equal(calls, 1);
  const made = new Made(() => [value.get()]);
  assert.equal(made.get(), made.get());
  const before = made.get();
  made.changed();
  assert.notEqual(made.get(), before);
});
