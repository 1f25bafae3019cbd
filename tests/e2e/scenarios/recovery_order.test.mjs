// Recovery while nothing stands still: rooms where everybody goes on talking, rooms that are joined
// again, clients that are dropped once more before they have everything. Each event comes once and
// in its room's order; where the server is not sure of that, the client is a new one.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { HalfPost } from '../support/half_post.mjs';
import { Stage } from '../support/stage.mjs';
import { eventually } from '../support/waiting.mjs';

const ASKED = { transports: ['websocket'], auth: { recovery: true }, reconnection: false };
/** As often as it takes for rooms on several threads to interfere with each other. */
const DROPS = 100;

/** What a client of Socket.IO makes of packets: events count only behind the CONNECT reply. */
class HeardByPolling {
  messages = [];
  offset;
  pid;
  #early = [];
  #isConnected = false;

  take(packet) {
    if (packet.startsWith('40')) {
      this.#isConnected = true;
      ({ pid: this.pid } = JSON.parse(packet.slice(2)));
      this.#early.splice(0).forEach((event) => this.#hear(event));
    } else if (packet.startsWith('42[')) {
      const event = JSON.parse(packet.slice(2));
      if (this.#isConnected) this.#hear(event);
      else this.#early.push(event);
    }
  }

  lost() {
    this.#isConnected = false;
  }

  #hear([name, fields, offset]) {
    if (offset) this.offset = offset;
    if (name === 'chat:message') this.messages.push(fields.message);
  }
}

describe('recovery', { timeout: 60_000 }, () => {
  const stage = new Stage({
    LIMITS_EVENTS_PER_SECOND: 0,
    ROOMS_WINDOW_COUNT: 100_000,
    SERVER_THREADS: 8,
  });

  before(() => stage.open());
  after(() => stage.close());
  afterEach(() => stage.clear());

  const createRooms = (count) => Promise.all(
    Array.from({ length: count }, () => stage.createRoom()));

  it('brings what happens meanwhile behind what was missed', async () => {
    // The quiet room has nothing to bring: the busy one goes on before it has answered, too.
    const [busy, quiet] = await createRooms(2);
    const writers = ['w1', 'w2', 'w3'].map((name) => stage.nativeClient(name));
    for (const writer of writers) await writer.join(busy);
    const allTalk = () => {
      for (let i = 0; i < 60; ++i) {
        for (const w of writers) w.tell('chat:message', { roomId: busy.id, message: `${i}` });
      }
    };
    let raw = stage.rawWebSocket();
    const { pid, sid } = await raw.connect({ recovery: true });
    for (const { id } of [busy, quiet]) {
      await raw.call(1, 'join', { roomId: id, userId: 'ann', username: 'Ann' });
    }
    const seqs = [];
    let offset;
    const readOn = () => {
      for (const text of raw.inbox.payloads('text').filter((t) => t.startsWith('42['))) {
        const [name, fields, last] = JSON.parse(text.slice(2));
        offset = last ?? offset;
        if (name === 'chat:message') seqs.push(fields.seq);
      }
    };
    allTalk();
    await raw.text('42["chat:message"');
    for (let i = 0; i < DROPS; ++i) {
      raw.abandon();
      readOn();
      raw = stage.rawWebSocket();
      await raw.opened();
      allTalk();
      raw.send(`40${JSON.stringify({ pid, offset })}`);
      allTalk();
      const reply = JSON.parse((await raw.text('40')).slice(2));
      assert.equal(reply.sid, sid, `drop ${i}`);
    }
    for (const writer of writers) await writer.caughtUp(busy);
    await raw.call(2, 'presence:list', { roomId: busy.id });
    readOn();
    assert.ok(seqs.length > DROPS);
    const wrong = seqs.findIndex((seq, i) => seq !== seqs[0] + i);
    assert.equal(wrong, -1, `came: ${seqs.slice(Math.max(0, wrong - 5), wrong + 20)}`);
  });

  it('doubles nothing after a quiet room was joined once more', async () => {
    const [busy, quiet] = await createRooms(2);
    const bob = stage.nativeClient('Bob');
    const ann = stage.stockClient('Ann', ASKED);
    for (const room of [busy, quiet]) {
      await bob.join(room);
      await ann.join(room);
    }
    await bob.say(quiet, 'the only one here');
    for (let i = 0; i < 3; ++i) await bob.say(busy, `seen ${i}`);
    await ann.caughtUp(busy);
    await ann.join(quiet);
    ann.engine.close();
    await ann.next('disconnect');
    ann.socket.connect();
    await ann.connected();
    for (const room of [busy, quiet]) {
      if (!ann.socket.recovered) await ann.join(room);
      await bob.say(room, 'live');
      await ann.caughtUp(room);
    }
    const heard = (room) => ann.got('chat:message').filter((m) => m.roomId === room.id)
      .map((m) => m.message);
    assert.deepEqual(heard(busy), ['seen 0', 'seen 1', 'seen 2', 'live']);
    assert.deepEqual(heard(quiet), ['the only one here', 'live']);
  });

  it('by polling brings each of many once, however often it is interrupted', async () => {
    const room = await stage.createRoom();
    const bob = stage.nativeClient('Bob');
    await bob.join(room);
    const heard = new HeardByPolling();
    const said = [];
    const say = async (count) => {
      for (let i = 0; i < count; ++i) {
        said.push(`${said.length}`);
        await bob.say(room, said.at(-1));
      }
    };
    let session = await stage.pollingSession();
    await session.post('40{"recovery":true}',
      `421["join",${JSON.stringify({ roomId: room.id, userId: 'ann', username: 'Ann' })}]`);
    await say(1);
    const poll = async () => (await session.poll()).forEach((packet) => heard.take(packet));
    const pollUntilHeard = async () => {
      while (heard.messages.length < said.length) await poll();
    };
    await pollUntilHeard();
    const { pid } = heard;
    await bob.next('presence:update', (p) => p.count === 2);
    for (const missed of [40, 40, 70]) {
      (await new HalfPost(stage.server.url, session.sid).begun()).reset();
      heard.lost();
      await bob.next('presence:update', (p) => p.count === 1);
      await say(missed);
      session = await stage.pollingSession();
      await session.post(`40${JSON.stringify({ recovery: true, pid, offset: heard.offset })}`);
      // The one poll for which there is time before the next interruption.
      await bob.next('presence:update', (p) => p.count === 2);
      await poll();
    }
    await say(1);
    await pollUntilHeard();
    assert.equal(heard.pid, pid);
    assert.deepEqual(heard.messages, said);
    await eventually(async () => (await bob.call('presence:list', { roomId: room.id })).count === 2,
      'Ann to be there once');
  });
});
