// Two write and draw while their lines are cut and the server is killed and started again: nothing
// is lost, nothing is there twice, the order of each is kept, and all boards are the same.
import assert from "node:assert/strict";
import { test } from "node:test";

import { eventually } from "../../../tests/e2e/support/waiting.mjs";
import { digest } from "../dist/modules/index.js";
import { Server, texts, until } from "./support/server.mjs";

/** Somebody who works in a room, behind a line that can be cut. */
class Worker {
  #turn = 0;

  constructor(name, client, room, forwarder) {
    Object.assign(this, { name, client, room, forwarder });
  }

  static async of(server, name, roomId) {
    const forwarder = await server.forwarder();
    const client = server.client(name, { forwarder });
    const room = client.room(roomId);
    await until(room.state, (s) => s.phase === "joined", `${name} to be in`);
    return new Worker(name, client, room, forwarder);
  }

  /** Says three things, draws an element of its own, and pulls at the one that all pull at. */
  work() {
    const turn = ++this.#turn;
    for (const part of ["a", "b", "c"]) this.room.send(`${this.name} ${turn}${part}`);
    const shared = this.room.board.elements.get().find((e) => e.id === "shared");
    this.room.board.draw([
      { id: `${this.name}-${turn}`, version: 1, versionNonce: turn },
      { id: "shared", version: (shared?.version ?? 0) + 1, versionNonce: turn, by: this.name },
    ]);
  }

  get said() {
    return texts(this.room).filter((text) => text.startsWith(this.name));
  }

  get expected() {
    return Array.from({ length: this.#turn }, (_, n) => n + 1)
      .flatMap((turn) => ["a", "b", "c"].map((part) => `${this.name} ${turn}${part}`));
  }

  /** Nothing keeps it away any more. It may have come back by itself, or not know of it yet. */
  async back() {
    this.forwarder.mend();
    await eventually(() => {
      this.client.retryNow();
      return this.client.connection.get().phase === "online";
    }, `${this.name} to be back`);
  }

  async settled() {
    await until(this.room.messages, (all) =>
      all.every((m) => !m.delivery || m.delivery === "persisted"), `${this.name}'s to be stored`);
    await until(this.room.board.unsaved, (n) => n === 0, `${this.name}'s drawings to be there`);
  }
}

async function assertSame(server, made, workers) {
  // One for each turn of each, and the shared one.
  const least = 1 + workers.reduce((sum, w) => sum + w.expected.length / 3, 0);
  for (const w of workers) await w.settled();
  const stored = await server.allMessages(made);
  for (const w of workers) {
    const mine = stored.map((m) => m.message).filter((text) => text.startsWith(w.name));
    assert.deepEqual(mine, w.expected, "each once and in order");
    await until(w.room.messages, () => w.room.messages.get().length >= Math.min(stored.length, 50)
      && w.room.messages.get().at(-1).id === stored.at(-1).id, `${w.name} to have the last message`);
    while (w.room.hasMore.get()) await w.room.loadOlder();
    assert.deepEqual(w.room.messages.get().map((m) => m.id), stored.map((m) => m.id));
    await eventually(async () => {
      const { whiteboard } = await server.get(`/api/rooms/${made.id}/whiteboard`);
      const scene = w.room.board.elements.get();
      return scene.length >= least && digest(scene).hash === digest(whiteboard.elements).hash
        && JSON.stringify(scene) === JSON.stringify(whiteboard.elements);
    }, `${w.name}'s board`);
  }
}

test("lines are cut while two write and draw", async () => {
  const server = await Server.open();
  try {
    const made = await server.createRoom();
    const workers = [await Worker.of(server, "ann", made.id), await Worker.of(server, "bob", made.id)];
    const [ann, bob] = workers;
    for (let round = 0; round < 6; ++round) {
      for (const w of workers) w.work();
      const cut = round % 2 ? bob : ann;
      // With what was just written under way: the server may have it or not.
      if (round < 4) await cut.forwarder.cut();
      else await cut.forwarder.cutClientsOnly();
      for (const w of workers) w.work();
      await cut.back();
    }
    await assertSame(server, made, workers);
  } finally {
    await server.close();
  }
});

test("the server is killed and started again while two write and draw", async () => {
  const server = await Server.open({}, { redis: true });
  try {
    const made = await server.createRoom();
    const workers = [await Worker.of(server, "ann", made.id), await Worker.of(server, "bob", made.id)];
    for (const end of ["kill", "stop", "kill"]) {
      for (const w of workers) w.work();
      await server[end]();
      for (const w of workers) w.work();
      await server.start();
      for (const w of workers) await w.back();
      for (const w of workers) w.work();
    }
    await assertSame(server, made, workers);
  } finally {
    await server.close();
  }
});

test("what was drawn and confirmed comes back after the server lost its memory", async () => {
  const server = await Server.open({}, { redis: true });
  try {
    const made = await server.createRoom();
    const ann = await Worker.of(server, "ann", made.id);
    ann.work();
    await ann.settled();
    // As if the store had taken nothing of the board.
    const redis = server.redis;
    await server.kill();
    await redis.command("DEL", `room:${made.id}:whiteboard`);
    await server.start();
    await ann.back();
    await assertSame(server, made, [ann]);
  } finally {
    await server.close();
  }
});

test("another room of the same name gets nothing of the old one", async () => {
  const server = await Server.open();
  try {
    const made = await server.createRoom({ id: "again" });
    const ann = await Worker.of(server, "ann", made.id);
    ann.work();
    await ann.settled();
    await ann.forwarder.cut();
    ann.room.send("for the old room");
    ann.room.board.draw([{ id: "old", version: 1 }]);
    await server.deleteRoom(made);
    await server.createRoom({ id: "again", name: "another" });
    await ann.back();
    await until(ann.room.info, (info) => info.name === "another", "the other room");
    assert.deepEqual(ann.room.board.elements.get(), []);
    const [failed, ...more] = ann.room.messages.get();
    assert.deepEqual([failed.message, failed.delivery], ["for the old room", "failed"]);
    assert.deepEqual(more, []);
    assert.deepEqual(await server.allMessages(made), []);
  } finally {
    await server.close();
  }
});
