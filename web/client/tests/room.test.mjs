// Rooms and spaces of a real server, as they are kept here.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Server, texts, until } from "./support/server.mjs";

let server;
before(async () => {
  server = await Server.open();
});
after(() => server.close());

const isJoined = (s) => s.phase === "joined";

async function two(fields, options) {
  const made = await server.createRoom(fields);
  const ann = server.client("ann");
  const bob = server.client("bob");
  const a = ann.room(made.id, options);
  const b = bob.room(made.code, options);
  await until(a.state, isJoined, "Ann to be in");
  await until(b.state, isJoined, "Bob to be in");
  await until(a.count, (n) => n === 2, "Ann to see Bob");
  return { made, ann, bob, a, b };
}

test("a message is sending, sent, persisted; the other sees it, edited and deleted", async () => {
  const { a, b } = await two();
  const seen = [];
  a.messages.subscribe(() => seen.push(a.messages.get()[0]?.delivery));
  const id = a.send(" hello ");
  assert.equal(a.messages.get()[0].message, "hello");
  await until(a.messages, ([m]) => m.delivery === "persisted", "the message to be stored");
  assert.deepEqual([...new Set(seen)], ["sending", "sent", "persisted"]);
  const [m] = await until(b.messages, (all) => all.length === 1, "Bob to see it");
  assert.equal(m.clientMessageId, id);
  assert.equal(m.type, "text");
  assert.equal(m.delivery, undefined);
  b.send("an answer", { replyTo: m.id });
  await until(a.messages, (all) => all[1]?.replyTo === m.id, "the reply");
  await a.edit(m.id, "better");
  await until(b.messages, ([first]) => first.message === "better" && first.editedAt, "the edit");
  await a.delete(m.id);
  const [gone] = await until(b.messages, ([first]) => first.deletedAt, "the deletion");
  assert.equal(gone.message, "");
  await assert.rejects(b.edit(a.messages.get()[0].id, "x"), (e) => /^[A-Z].*\.$/.test(e.message));
});

test("own rooms may be named by their code: what comes before the id is known is theirs", async () => {
  const made = await server.createRoom({ id: "the-team" });
  const one = server.client("ann").room("the-team");
  await until(one.state, isJoined, "Ann to be in");
  one.send("early");
  await until(one.messages, ([m]) => m?.delivery === "persisted", "the message to be stored");
  const late = server.client("bob").room(made.code);
  await until(late.state, isJoined, "Bob to be in");
  assert.deepEqual(texts(late), ["early"]);
  assert.equal(late.info.get().id, "the-team");
});

test("older messages are loaded page by page, and searched", async () => {
  const { made, a } = await two();
  for (let n = 1; n <= 70; ++n) a.send(`message ${n}`);
  await until(a.messages, (all) => all.length === 70 && all[69].delivery === "persisted", "all");
  const late = server.client("eve").room(made.id);
  await until(late.state, isJoined, "Eve to be in");
  assert.equal(late.messages.get().length, 50);
  assert.ok(late.hasMore.get());
  await late.loadOlder();
  assert.deepEqual(texts(late), texts(a));
  assert.ok(!late.hasMore.get());
  const found = await late.search("message 42");
  assert.deepEqual(found.messages.map((m) => m.message), ["message 42"]);
});

test("a wrong password is refused with a sentence, the right one lets in", async () => {
  const made = await server.createRoom({ password: "sesame" });
  const ann = server.client("ann");
  const wrong = ann.room(made.id, { password: "open" });
  const { code, reason } = await until(wrong.state, (s) => s.phase === "refused", "the refusal");
  assert.equal(code, "wrong_password");
  assert.match(reason, /not the room's password/);
  assert.throws(() => wrong.send("x"), { code: "room_closed" });
  const right = ann.room(made.id, { password: "sesame" });
  assert.notEqual(right, wrong);
  await until(right.state, isJoined, "Ann to be in");
  assert.equal(ann.room(made.id), right);
});

test("an unknown code and a full room are refused with sentences", async () => {
  const ann = server.client("ann");
  const none = await until(ann.room("nowhere-at-all").state, (s) => s.phase === "refused", "no room");
  assert.equal(none.code, "room_not_found");
  const made = await server.createRoom({ maxParticipants: 1 });
  await until(ann.room(made.id).state, isJoined, "Ann to be in");
  const full = await until(server.client("bob").room(made.id).state,
    (s) => s.phase === "refused", "the room to be full");
  assert.equal(full.reason, "The room is full.");
});

test("operators lock, speak, kick and close", async () => {
  const { made, a, b } = await two();
  await server.operate(made, "lock", { locked: true });
  await until(a.locked, (locked) => locked, "the lock");
  a.send("into the lock");
  const [m] = await until(a.messages, (all) => all[0]?.delivery === "failed", "the failure");
  assert.match(m.failure, /^[A-Z].*\.$/);
  a.board.draw([{ id: "r", version: 1 }]);
  await until(a.board.refusal, (why) => why !== null, "the refusal of the drawing");
  await server.operate(made, "lock", { locked: false });
  await until(a.locked, (locked) => !locked, "the lock to be gone");
  a.retry(m.clientMessageId);
  await until(b.messages, (all) => all.length === 1, "the message to be sent after all");
  await until(b.board.elements, (all) => all.length === 1, "the drawing to be sent after all");
  await until(a.board.refusal, (why) => why === null, "nothing to be refused any more");
  await server.operate(made, "announce", { message: "Back at five" });
  await until(b.notices, (all) => all[0]?.message === "Back at five", "the announcement");
  await server.operate(made, "kick", { userId: "bob", reason: "Enough" });
  const kicked = await until(b.state, (s) => s.phase === "kicked", "Bob to be out");
  assert.match(kicked.reason, /Enough/);
  await server.deleteRoom(made);
  await until(a.state, (s) => s.phase === "closed", "the room to be closed");
});

test("names, states, typing and pointers of the others", async () => {
  const { ann, a, b } = await two();
  ann.rename("Annie");
  await until(b.participants, (all) => all.some((p) => p.username === "Annie"), "the new name");
  a.setStatus("busy", "in a call");
  await until(b.participants, (all) => all.some((p) => p.status === "busy" && p.text === "in a call"),
    "the state");
  a.setTyping(true);
  await until(b.typing, ([t]) => t?.userId === "ann", "Ann to type");
  a.setTyping(false);
  await until(b.typing, (all) => all.length === 0, "Ann to rest");
  a.setTyping(true);
  await until(b.typing, ([t]) => t?.userId === "ann", "Ann to type again");
  a.send("done");
  await until(b.typing, (all) => all.length === 0, "the message to end it");
  for (let x = 0; x <= 50; ++x) a.board.moveCursor(x, 1, { tool: "laser" });
  const [c] = await until(b.board.cursors, ([one]) => one?.x === 50, "the newest position");
  assert.deepEqual({ ...c, seen: 0 },
    { userId: "ann", username: "Annie", x: 50, y: 1, tool: "laser", seen: 0 });
  a.leave();
  await until(b.board.cursors, (all) => all.length === 0, "the pointer to go with its user");
  assert.equal(a.state.get().phase, "left");
});

test("both draw: the same scene, losers replaced, cleared", async () => {
  const { a, b } = await two();
  const told = [];
  a.board.onRemote((changed) => told.push(...changed));
  b.board.draw([{ id: "x", version: 2, versionNonce: 5 }]);
  // Loses whether it comes before or after.
  a.board.draw([{ id: "x", version: 1, versionNonce: 1 }, { id: "y", version: 1, versionNonce: 1 }]);
  for (const board of [a.board, b.board]) {
    await until(board.elements, (all) => all.length === 2 && all[0].version === 2, "both elements");
    await until(board.unsaved, (n) => n === 0, "nothing to be under way");
  }
  assert.deepEqual(told, [{ id: "x", version: 2, versionNonce: 5 }]);
  assert.deepEqual(a.board.elements.get(), b.board.elements.get());
  await a.board.clear();
  await until(b.board.elements, (all) => all.every((e) => e.isDeleted), "an empty board");
  assert.deepEqual(a.board.elements.get(), b.board.elements.get());
});

test("what Excalidraw changes in place is sent all the same", async () => {
  const { a, b } = await two();
  const e = { id: "x", version: 1, versionNonce: 1, width: 1 };
  a.board.draw([e]);
  await until(b.board.elements, (all) => all.length === 1, "the element");
  Object.assign(e, { version: 2, width: 2 });
  a.board.draw([e]);
  await until(b.board.elements, ([one]) => one.width === 2, "the change");
});

test("a large scene goes out in pieces", async () => {
  const { a, b } = await two();
  const points = Array.from({ length: 4_000 }, (_, n) => [n, n]);
  const scene = Array.from({ length: 60 }, (_, n) => ({ id: `e${n}`, version: 1, points }));
  a.board.draw(scene);
  await until(b.board.elements, (all) => all.length === 60, "the whole scene");
  await until(a.board.unsaved, (n) => n === 0, "all to be confirmed");
});

test("a crowd's list is whole", async () => {
  const made = await server.createRoom({ maxParticipants: 100 });
  const rooms = Array.from({ length: 60 }, (_, n) => server.client(`u${n}`).room(made.id));
  for (const room of rooms)
    await until(room.participants, (all) => all.length === 60, "everybody to be seen");
  rooms[0].leave();
  for (const room of rooms.slice(1)) await until(room.count, (n) => n === 59, "one to be gone");
});

test("a space: where one stands, walking, walls, ghosts", async () => {
  const made = await server.createRoom({ kind: "space", width: 20, height: 10 });
  const forwarder = await server.forwarder();
  const a = server.client("ann", { forwarder }).space(made.id);
  const b = server.client("bob").space(made.code);
  await until(a.users, ([u]) => u?.userId === "bob", "Ann to see Bob");
  await until(b.users, ([u]) => u?.userId === "ann", "Bob to see Ann");
  assert.deepEqual(await until(a.info, (info) => info, "the size"), { width: 20, height: 10 });
  a.move(3, 4);
  await until(b.users, ([u]) => u.x === 3 && u.y === 4, "Ann to walk");
  a.move(-1, 4);
  await until(a.rejected, (n) => n === 1, "the wall");
  assert.deepEqual(a.me.get(), { x: 3, y: 4 });
  await forwarder.cut();
  await until(b.users, ([u]) => u.status === "away", "Ann to be a ghost");
  forwarder.mend();
  await until(b.users, ([u]) => u.status === "online", "Ann to be back");
  await until(a.users, ([u]) => u?.userId === "bob", "Ann to see Bob again");
  assert.deepEqual(a.me.get(), { x: 3, y: 4 });
  b.leave();
  await until(a.users, (all) => all.length === 0, "Bob to be gone");
});

test("a client without a userId keeps the one that the server made up", async () => {
  const made = await server.createRoom();
  const forwarder = await server.forwarder();
  const guest = server.client(undefined, { forwarder, username: "Guest" });
  const room = guest.room(made.id);
  const { userId } = await until(guest.me, (me) => me.userId !== "", "an id");
  room.send("mine");
  await until(room.messages, ([m]) => m?.delivery === "persisted", "the message to be stored");
  await forwarder.cut();
  forwarder.mend();
  await until(guest.connection, (c) => c.phase === "waiting", "the loss");
  guest.retryNow();
  room.send("still mine");
  await until(room.messages, (all) => all[1]?.delivery === "persisted", "the second one");
  assert.deepEqual(room.messages.get().map((m) => m.userId), [userId, userId]);
});
