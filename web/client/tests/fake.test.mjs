// Against a server that does what a real one does rarely: closes with any code, falls silent, leaves
// out numbers, refuses for a while, has another board than it told.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import WebSocket from "ws";

import { Atrium, digest } from "../dist/modules/index.js";
import { MOST_WAITING } from "../dist/modules/outbox.js";
import { FakeServer, ROOM } from "./support/fake_server.mjs";
import { until } from "./support/server.mjs";

const roomId = ROOM.id;
let toEnd = [];
const awake = setInterval(() => {}, 1_000);

afterEach(() => {
  for (const end of toEnd.reverse()) end();
  toEnd = [];
});
test.after(() => clearInterval(awake));

/** A client that waits half a minute when it comes back by itself: tests say `retryNow`. */
async function stage(options = {}) {
  const server = await FakeServer.open();
  const client = new Atrium({ url: server.url, userId: "ann", username: "Ann", WebSocket, ...options });
  toEnd.push(() => server.close(), () => client.close());
  const room = client.room(roomId);
  client.connect();
  return { server, client, room };
}

async function joined(options, state) {
  const all = await stage(options);
  await all.server.letIn(state);
  await until(all.room.state, (s) => s.phase === "joined", "to be in");
  return all;
}

function live(seq, more) {
  return { messageType: "text", roomId, id: `${seq}`.padStart(12, "0"), seq, userId: "bob",
    username: "Bob", message: `m${seq}`, timestamp: seq, ...more };
}

for (const [code, phase] of [[1001, "waiting"], [1013, "waiting"], [4408, "waiting"],
  [1000, "ended"], [1003, "ended"], [4401, "ended"], [4403, "ended"], [4429, "ended"]]) {
  test(`close code ${code}: ${phase}, with a sentence`, async () => {
    const { server, client } = await joined();
    server.hangUp(code, "because");
    const state = await until(client.connection, (c) => c.phase === phase, phase);
    assert.equal(state.closeCode, code);
    assert.match(state.reason, /^[A-Z].*\.$/);
    if (phase === "waiting") return assert.ok(state.retryAt > Date.now() && state.attempt === 1);
    // Something may have changed: whoever asks for it is let try again.
    client.connect();
    await server.letIn();
    await until(client.connection, (c) => c.phase === "online", "the new connection");
  });
}

test("a server that goes down says when to come back", async () => {
  const { server, client } = await joined();
  server.say("server:shutdown", { retryAfterMs: 50_000 });
  server.hangUp(1001);
  const { retryAt } = await until(client.connection, (c) => c.phase === "waiting", "the loss");
  assert.ok(Math.abs(retryAt - Date.now() - 50_000) < 5_000);
});

test("nobody there: the count of tries goes up", async () => {
  const server = await FakeServer.open();
  const { url } = server;
  server.close();
  const client = new Atrium({ url, username: "Ann", WebSocket, random: () => 0 });
  toEnd.push(() => client.close());
  client.connect();
  for (let attempt = 1; attempt <= 3; ++attempt) {
    const c = await until(client.connection, (s) => s.attempt === attempt && s.phase === "waiting", "a try");
    assert.ok(c.retryAt - Date.now() <= 800 * 2 ** (attempt - 1));
    client.retryNow();
  }
});

test("a silent server is asked, and left when it does not answer", async () => {
  const { server, client } = await joined({ heartbeat: { quietMs: 30, answerMs: 60 } });
  const asked = await server.next("presence:list");
  server.answer(asked, { participants: [], count: 0 });
  await server.next("presence:list");
  await until(client.connection, (c) => c.phase === "waiting", "the loss to be noticed");
  client.retryNow();
  assert.deepEqual((await server.letIn()).since, { epoch: "e1", seq: 0 });
});

test("a gap makes it join again with since, once, and nothing is there twice", async () => {
  const { server, room } = await joined({}, { seq: 3 });
  server.say("chat:message", live(4));
  server.say("chat:message", live(7));
  server.say("chat:message", live(8));
  const again = await server.next("join");
  assert.deepEqual(again.since, { epoch: "e1", seq: 4 });
  for (const seq of [5, 6, 7, 8]) server.say("chat:message", live(seq));
  server.answer(again, { room: ROOM, userId: "ann", epoch: "e1", seq: 8, recovered: true,
    participants: [], count: 0 });
  server.say("chat:message", live(9));
  await until(room.messages, (all) => all.at(-1)?.seq === 9, "the last one");
  assert.deepEqual(room.messages.get().map((m) => m.seq), [4, 5, 6, 7, 8, 9]);
  assert.equal(server.inbox.payloads("join").length, 2);
});

test("room:seq beyond what is there is a gap, another epoch as well", async () => {
  const { server } = await joined({}, { seq: 3 });
  server.say("room:seq", { roomId, epoch: "e1", seq: 3 });
  server.say("room:seq", { roomId, epoch: "e1", seq: 5 });
  await server.letIn({ seq: 5, recovered: true });
  server.say("room:seq", { roomId, epoch: "e2", seq: 5 });
  await server.letIn({ seq: 5, epoch: "e2" });
  assert.equal(server.inbox.payloads("join").length, 3);
});

test("resync replaces what is there without another join", async () => {
  const { server, room } = await joined({}, { seq: 1, messages: [{ ...live(1), type: "text" }] });
  server.say("chat:history", { roomId, resync: true, count: 1, messages: [{ ...live(90), type: "text" }] });
  server.say("whiteboard:state", { roomId, resync: true, version: 7, elements: [{ id: "x", version: 1 }] });
  server.say("chat:message", live(92));
  await until(room.messages, (all) => all.length === 2, "the state");
  assert.deepEqual(room.messages.get().map((m) => m.seq), [90, 92]);
  assert.ok(room.hasMore.get());
  assert.equal(room.board.elements.get().length, 1);
  server.say("chat:message", live(97, { resync: true }));
  await until(room.messages, (all) => all.length === 3, "the replay");
  assert.equal(server.inbox.payloads("join").length, 1);
});

test("a full outbox refuses, and nothing in it is lost", async () => {
  const { server, client, room } = await stage();
  for (let n = 0; n < MOST_WAITING; ++n) room.send(`m${n}`);
  assert.throws(() => room.send("too much"), (e) => e.code === "queue_full" && /\.$/.test(e.message));
  await server.letIn();
  for (let n = 0; n < MOST_WAITING; ++n) {
    const said = await server.next("chat:message");
    assert.equal(said.message, `m${n}`);
    assert.equal(said.durable, true);
    server.answer(said, { seq: n + 1, persisted: true,
      message: { ...live(n + 1), userId: "ann", clientMessageId: said.clientMessageId } });
  }
  await until(room.messages, (all) => all.every((m) => m.delivery === "persisted"), "all");
  assert.equal(room.messages.get().length, MOST_WAITING);
  room.send("again");
  assert.equal(client.connection.get().phase, "online");
});

test("too much at once: the same message again, before the next one", async () => {
  const { server, room } = await joined();
  room.send("one");
  room.send("two");
  const first = await server.next("chat:message");
  server.refuse(first, "rate_limited", { retryAfterMs: 30 });
  const again = await server.next("chat:message");
  assert.deepEqual([again.message, again.clientMessageId], ["one", first.clientMessageId]);
  server.say("chat:message", live(1, { userId: "ann", message: "one", clientMessageId: first.clientMessageId }));
  assert.equal((await server.next("chat:message")).message, "two");
  await until(room.messages, ([m]) => m.delivery === "sent", "the first one to be in the room");
});

test("not persisted: everybody sees it, it has failed, and retry asks for the store's word", async () => {
  const { server, room } = await joined();
  const id = room.send("one");
  const said = await server.next("chat:message");
  const posted = live(1, { userId: "ann", message: "one", clientMessageId: id });
  server.say("chat:message", posted);
  server.refuse(said, "not_persisted");
  const [m] = await until(room.messages, ([one]) => one.delivery === "failed", "the failure");
  assert.equal(m.seq, 1);
  assert.match(m.failure, /could not store/);
  room.discard(id);
  assert.equal(room.messages.get().length, 1);
  room.retry(id);
  server.answer(await server.next("chat:message"),
    { message: { ...posted, type: "text" }, duplicate: true, persisted: true, seq: 1 });
  const [stored] = await until(room.messages, ([one]) => one.delivery === "persisted", "the store");
  assert.equal(stored.failure, undefined);
});

test("what can't be posted stays with its reason, holds up nothing, and can be given up", async () => {
  const { server, room } = await joined();
  const bad = room.send("bad");
  room.send("good");
  server.refuse(await server.next("chat:message"), "payload_too_large");
  assert.equal((await server.next("chat:message")).message, "good");
  const failed = await until(room.messages, (all) => all.find((m) => m.delivery === "failed"), "it");
  assert.equal(failed[0].failure, "That is too large for this room.");
  room.discard(bad);
  assert.deepEqual(room.messages.get().map((m) => m.message), ["good"]);
});

test("a drift is found by the digest and healed, while own changes wait for nothing", async () => {
  const start = [{ id: "x", version: 1, versionNonce: 1 }, { id: "lost", version: 1, versionNonce: 2 }];
  const { server, room } = await joined({}, { seq: 3, version: 3, elements: start });
  const truth = [{ id: "x", version: 2, versionNonce: 9 }, { id: "new", version: 1, versionNonce: 3 }];
  server.say("whiteboard:digest", { roomId, version: 3, ...digest(start) });
  server.say("whiteboard:digest", { roomId, version: 9, ...digest(truth) });
  server.say("whiteboard:digest", { roomId, version: 3, ...digest(truth) });
  const again = await server.letIn({ seq: 3, version: 3, elements: truth });
  assert.equal(again.since, undefined);
  assert.equal(again.whiteboard, "patch");
  const told = [];
  room.board.onRemote((changed) => told.push(...changed));
  await until(room.board.digestMisses, (n) => n === 1, "one miss");
  await until(room.board.elements, (all) => all.length === 2 && all[0].id === "new", "the truth");
  assert.deepEqual(digest(room.board.elements.get()), digest(truth));
  server.say("whiteboard:digest", { roomId, version: 3, ...digest(truth) });
  room.board.draw([{ id: "mine", version: 1 }]);
  // Ours is under way: nothing can be said about differences now.
  server.say("whiteboard:digest", { roomId, version: 3, ...digest(truth) });
  server.answer(await server.next("whiteboard:patch"), { version: 4, seq: 4, changed: 1 });
  await until(room.board.unsaved, (n) => n === 0, "ours to be confirmed");
  assert.equal(room.board.digestMisses.get(), 1);
  assert.equal(server.inbox.payloads("join").length, 2);
});

test("a scene of elements without ids is taken as it is", async () => {
  const { server, room } = await joined({}, { version: 1, elements: [{ type: "line" }] });
  assert.deepEqual(room.board.elements.get(), [{ type: "line" }]);
  server.say("whiteboard:digest", { roomId, version: 1, count: 1, hash: "00000000" });
  server.say("whiteboard-update", { roomId, version: 2, seq: 1, elements: [] });
  await until(room.board.elements, (all) => all.length === 0, "the empty scene");
  assert.equal(room.board.digestMisses.get(), 0);
});

test("an element that is refused does not keep the others from going", async () => {
  const { server, room } = await joined();
  room.board.draw([{ id: "a", version: 1 }, { id: "b", version: 1 }]);
  server.refuse(await server.next("whiteboard:patch"), "payload_too_large");
  const alone = await server.next("whiteboard:patch");
  server.refuse(alone, "payload_too_large");
  const other = await server.next("whiteboard:patch");
  assert.deepEqual([...alone.elements, ...other.elements].map((e) => e.id).sort(), ["a", "b"]);
  server.answer(other, { version: 1, seq: 1, changed: 1 });
  await until(room.board.unsaved, (n) => n === 1, "one to be left");
  assert.equal(room.board.refusal.get(), "That is too large for this room.");
});

test("a join that is refused for a while is made again", async () => {
  const { server, room } = await stage();
  server.refuse(await server.next("join"), "rate_limited", { retryAfterMs: 20 });
  const { reason } = await until(room.state, (s) => s.code === "rate_limited", "the reason");
  assert.match(reason, /\.$/);
  await server.letIn();
  await until(room.state, (s) => s.phase === "joined", "to be in");
});

test("a room that is gone when we come back is closed", async () => {
  const { server, client, room } = await joined();
  server.hangUp(1001);
  await until(client.connection, (c) => c.phase === "waiting", "the loss");
  const id = room.send("too late");
  client.retryNow();
  server.refuse(await server.next("join"), "room_not_found");
  await until(room.state, (s) => s.phase === "closed", "the end");
  const [m] = room.messages.get();
  assert.deepEqual([m.id, m.delivery], [id, "failed"]);
});

test("requests fail with a sentence when there is no connection", async () => {
  const { client, room } = await stage();
  client.close();
  await assert.rejects(room.edit("1", "x"), { code: "offline" });
  await assert.rejects(client.request("join", {}), { code: "offline", name: "AtriumError" });
});

test("typing of others ends by itself, and so does ours", async (t) => {
  const { server, room } = await joined();
  t.mock.timers.enable({ apis: ["setTimeout"] });
  server.say("typing", { roomId, userId: "bob", username: "Bob", isTyping: true });
  room.setTyping(true);
  assert.equal((await server.next("typing")).isTyping, true);
  server.say("room:seq", { roomId, epoch: "e1", seq: 0 });
  await new Promise((resolve) => room.typing.get().length ? resolve() : room.typing.subscribe(resolve));
  t.mock.timers.tick(6_000);
  t.mock.timers.tick(6_000);
  assert.deepEqual(room.typing.get(), []);
  t.mock.timers.reset();
  assert.equal((await server.next("typing")).isTyping, false);
});
