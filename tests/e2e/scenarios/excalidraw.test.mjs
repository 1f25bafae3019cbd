// Excalidraw's own room protocol, spoken as Excalidraw's web app and its room server speak it, by stock
// clients: encrypted messages of two attachments, cursors, comings and goings, following, and readers
// that are slow. Order, lists and memory are checked, and what happens to who does not belong.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, afterEach, before, describe, it } from 'node:test';

import { io } from 'socket.io-client';

import { request } from '../support/http.mjs';
import { Stage, TRANSPORTS } from '../support/stage.mjs';
import { eventually, within } from '../support/waiting.mjs';

const TOKEN = 'excalidraw-operator';
const roomId = () => randomBytes(10).toString('hex');

/** A number that is decrypted by whoever has it, and an initialisation vector. */
function encrypted(from, number, size = 400) {
  const data = Buffer.alloc(size, number % 251);
  data.writeUInt32BE(from, 0);
  data.writeUInt32BE(number, 4);
  return [data, randomBytes(12)];
}

/** The web app's side: keeps what it is told, and joins when it is told `init-room`. */
class Drawer {
  events = [];
  messages = [];
  members = [];
  followers = [];

  constructor(url, room, options = {}) {
    this.room = room;
    this.socket = io(url, { forceNew: true, ...options });
    this.socket.on('init-room', () => {
      if (this.room) this.socket.emit('join-room', this.room);
    });
    this.socket.on('client-broadcast', (data, iv) => this.messages.push({ data, iv }));
    this.socket.on('room-user-change', (ids) => { this.members = ids; });
    this.socket.on('user-follow-room-change', (ids) => { this.followers = ids; });
    this.socket.on('broadcast-unfollow', () => { this.followers = []; });
    this.socket.onAny((name, ...args) => {
      if (name !== 'client-broadcast') this.events.push([name, ...args]);
    });
  }

  get id() {
    return this.socket.id;
  }

  names() {
    return this.events.map(([name]) => name);
  }

  joined() {
    return eventually(() => this.id && this.members.includes(this.id), 'the room to let one in');
  }

  /** As the web app does: what is volatile is so for the server only. */
  say(data, iv, { volatile = false, to = this.room } = {}) {
    this.socket.emit(volatile ? 'server-volatile-broadcast' : 'server-broadcast', to, data, iv);
  }

  call(event, ...args) {
    return within(this.socket.emitWithAck(event, ...args), `an answer to ${event}`);
  }

  follow(whom, action = 'FOLLOW') {
    return this.call('user-follow', { userToFollow: { socketId: whom, username: 'x' }, action });
  }

  /** What came from each sender, in the order in which it came. */
  numbers() {
    const bySender = new Map();
    for (const { data } of this.messages) {
      const from = data.readUInt32BE(0);
      if (!bySender.has(from)) bySender.set(from, []);
      bySender.get(from).push(data.readUInt32BE(4));
    }
    return bySender;
  }

  end() {
    this.socket.disconnect();
  }
}

describe("Excalidraw's room protocol", { timeout: 120_000 }, () => {
  const stage = new Stage({ ADMIN_TOKEN: TOKEN });
  const drawers = [];

  before(() => stage.open());
  after(() => stage.close());
  afterEach(async () => {
    for (const d of drawers.splice(0)) d.end();
    await stage.clear();
  });

  function open(room, options = {}) {
    const d = new Drawer(stage.server.url, room, options);
    drawers.push(d);
    return d;
  }

  async function openAll(room, count, options) {
    const all = [];
    for (let i = 0; i < count; ++i) {
      all.push(open(room, options));
      await all.at(-1).joined();
    }
    return all;
  }

  const admin = async (path) => JSON.parse((await request(`${stage.server.url}/api/admin/${path}`,
    { headers: { authorization: `Bearer ${TOKEN}` } })).body);

  for (const [how, options] of Object.entries(TRANSPORTS)) {
    it(`is spoken by ${how}`, async () => {
      const room = roomId();
      const ann = open(room, options);
      await ann.joined();
      assert.deepEqual(ann.events, [['init-room'], ['first-in-room'], ['room-user-change', [ann.id]]]);
      const bob = open(room, options);
      await bob.joined();
      assert.deepEqual(bob.events, [['init-room'], ['room-user-change', [ann.id, bob.id]]]);
      await eventually(() => ann.members.length === 2, 'the first to hear of the second');
      assert.deepEqual(ann.events.slice(3),
        [['new-user', bob.id], ['room-user-change', [ann.id, bob.id]]]);

      const [data, iv] = [randomBytes(100_000), randomBytes(12)];
      ann.say(data, iv);
      await eventually(() => bob.messages.length === 1, 'the message');
      assert.ok(data.equals(bob.messages[0].data) && iv.equals(bob.messages[0].iv));
      bob.say({ any: ['JSON', 1, null] }, 'text');
      await eventually(() => ann.messages.length === 1, 'the answer');
      assert.deepEqual(ann.messages[0], { data: { any: ['JSON', 1, null] }, iv: 'text' });
      assert.equal(bob.messages.length, 1, 'nobody hears itself');

      bob.end();
      await eventually(() => ann.members.length === 1, 'the first to hear that the second left');
      assert.deepEqual(ann.events.at(-1), ['room-user-change', [ann.id]]);
    });
  }

  it('passes 30 cursors a second of 20 clients on in full, and scenes in order', async (t) => {
    const COUNT = 20, RATE = 30, SECONDS = 3;
    const all = await openAll(roomId(), COUNT, { transports: ['websocket'] });
    const each = RATE * SECONDS;
    const scenes = 10;
    await Promise.all(all.map((d, from) => new Promise((resolve) => {
      let sent = 0;
      const timer = setInterval(() => {
        // Now and then a scene stands between the cursors.
        d.say(...encrypted(from, sent), { volatile: sent % (each / scenes) !== 0 });
        if (++sent === each) {
          clearInterval(timer);
          resolve();
        }
      }, 1000 / RATE);
    })));
    await eventually(() => all.every((d) => d.messages.length === each * (COUNT - 1)),
      `all of the ${each * (COUNT - 1)} messages at everybody`);
    const expected = Array.from({ length: each }, (_, i) => i);
    for (const [who, d] of all.entries()) {
      const numbers = d.numbers();
      assert.equal(numbers.has(who), false);
      for (const [from, got] of numbers) assert.deepEqual(got, expected, `${from} at ${who}`);
    }
    t.diagnostic(`${all.reduce((sum, d) => sum + d.messages.length, 0)} messages delivered`);
  });

  it('has right lists after any sequence of comings, goings and follows', async () => {
    const room = roomId();
    let seed = 20_261_121;
    const pick = (n) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % n;
    };
    let inside = [];
    let follows = [];
    for (let step = 0; step < 60; ++step) {
      const what = pick(5);
      if (inside.length < 3 || (what === 0 && inside.length < 10)) {
        const d = open(room, { transports: ['websocket'] });
        await d.joined();
        inside.push(d);
      } else if (what === 1) {
        const [gone] = inside.splice(pick(inside.length), 1);
        follows = follows.filter(([a, b]) => a !== gone && b !== gone);
        gone.end();
      } else {
        const a = inside[pick(inside.length)];
        const b = inside[pick(inside.length)];
        if (a === b) continue;
        const is = follows.findIndex(([x, y]) => x === a && y === b);
        const action = what === 2 ? 'UNFOLLOW' : 'FOLLOW';
        assert.equal((await a.follow(b.id, action)).success, true);
        if (action === 'FOLLOW' && is < 0) follows.push([a, b]);
        if (action === 'UNFOLLOW' && is >= 0) follows.splice(is, 1);
      }
      const ids = inside.map((d) => d.id);
      for (const d of inside) {
        const followers = follows.filter(([, b]) => b === d).map(([a]) => a.id);
        await eventually(() => {
          assert.deepEqual(d.members, ids);
          assert.deepEqual(d.followers, followers);
          return true;
        }, `right lists after step ${step}`);
      }
    }
  });

  it('shows followers what the followed sees, and nobody else', async () => {
    const [ann, bob, cid] = await openAll(roomId(), 3, { transports: ['websocket'] });
    await bob.follow(ann.id);
    await eventually(() => ann.followers.includes(bob.id), 'the followed to hear of it');
    ann.say(...encrypted(0, 1), { volatile: true, to: `follow@${ann.id}` });
    await eventually(() => bob.messages.length === 1, 'what the followed sees');
    const refused = await cid.call('server-volatile-broadcast', `follow@${ann.id}`,
      ...encrypted(2, 1));
    assert.equal(refused.code, 'not_in_room');
    assert.equal(cid.messages.length, 0);
    bob.end();
    await eventually(() => ann.names().includes('broadcast-unfollow'), 'the last follower to go');
    assert.equal((await cid.follow('nobody')).code, 'not_in_room');
  });

  it('lets nobody speak to a room who is not in it, and says so', async () => {
    const room = roomId();
    const ann = open(room);
    await ann.joined();
    const eve = open('');
    await eventually(() => eve.names().includes('init-room'), 'init-room');
    assert.equal((await eve.call('server-broadcast', room, ...encrypted(9, 9))).code, 'not_in_room');
    eve.say(...encrypted(9, 9), { to: room });
    await eventually(() => eve.events.find(([name, e]) => name === 'error' && e.code === 'not_in_room'
      && e.event === 'server-broadcast'), 'the error event');
    for (const bad of [[], [7], [''], ['follow@x'], ['x'.repeat(129)]])
      assert.equal((await eve.call('join-room', ...bad)).code, 'bad_request', JSON.stringify(bad));
    assert.equal((await eve.call('user-follow', {})).code, 'bad_request');
    assert.equal(ann.messages.length, 0);
    const metrics = (await request(`${stage.server.url}/metrics`)).body;
    assert.match(metrics, /atrium_events_total\{event="server-broadcast",result="not_in_room"\} \d/);
  });

  it('is shown to operators with counts', async () => {
    const room = roomId();
    const [ann] = await openAll(room, 2);
    for (let i = 0; i < 5; ++i) ann.say(...encrypted(0, i, 1000));
    const shown = await eventually(async () => {
      const { relays } = await admin('relays?limit=200');
      return relays.find((r) => r.id === room && r.messages === 5);
    }, 'the list of relay rooms');
    assert.equal(shown.members, 2);
    assert.ok(shown.bytes > 5 * 1012);
    for (const d of drawers.splice(0)) d.end();
    await eventually(async () => (await admin('relays')).relays.every((r) => r.id !== room),
      'the room to be gone');
  });

  it('serves a client that only polls, and one that wants to come back', async () => {
    const room = roomId();
    const poller = open(room, { transports: ['polling'] });
    await poller.joined();
    const writer = open(room, { transports: ['websocket'], auth: { recovery: true } });
    await writer.joined();
    for (let i = 0; i < 100; ++i) writer.say(...encrypted(1, i));
    for (let i = 0; i < 20; ++i) poller.say(...encrypted(0, i));
    await eventually(() => poller.messages.length === 100 && writer.messages.length === 20,
      'all messages both ways');
    assert.deepEqual(poller.numbers().get(1), Array.from({ length: 100 }, (_, i) => i));
    assert.deepEqual(writer.numbers().get(0), Array.from({ length: 20 }, (_, i) => i));
    // Its line breaks: it comes back, is told init-room again, and is in.
    const before = writer.names().filter((n) => n === 'init-room').length;
    writer.socket.io.engine.close();
    await eventually(() => writer.names().filter((n) => n === 'init-room').length > before,
      'init-room after the return');
    await eventually(() => poller.members.length === 2 && poller.members.includes(writer.id),
      'the writer to be in again');
  });
});

describe('a slow reader of relay rooms', { timeout: 120_000 }, () => {
  const stage = new Stage({ LIMITS_LANE_BYTES: 300_000, LIMITS_EVENTS_PER_SECOND: 0,
    SOCKETIO_RELAY_RESYNC_MS: 200, LIMITS_STALLED_MS: 0, LIMITS_LANE_MS: 0,
    HEARTBEAT_INTERVAL_MS: 600_000 });
  const drawers = [];

  before(() => stage.open());
  after(() => stage.close());
  afterEach(() => {
    for (const d of drawers.splice(0)) d.end();
  });

  it('grows no memory, slows nobody, and has the others send all again when it is back', async (t) => {
    const room = roomId();
    const open = () => {
      const d = new Drawer(stage.server.url, room, { transports: ['websocket'] });
      drawers.push(d);
      return d;
    };
    const [ann, bob, sleeper] = [open(), open(), open()];
    for (const d of [ann, bob, sleeper]) await d.joined();
    await eventually(() => ann.members.length === 3, 'all three');
    // Its tab is stopped: nothing is read from its socket any more.
    const line = sleeper.socket.io.engine.transport.ws._socket;
    line.pause();
    const before = stage.server.residentBytes();
    let most = before;
    const ROUNDS = 150, SIZE = 400_000;
    for (let i = 0; i < ROUNDS; ++i) {
      ann.say(...encrypted(0, i, SIZE));
      for (let k = 0; k < 20; ++k) ann.say(...encrypted(3, i * 20 + k), { volatile: true });
      await eventually(() => bob.numbers().get(0)?.at(-1) === i, `message ${i} at who reads`);
      assert.deepEqual(bob.numbers().get(0), [i]);
      bob.messages = [];
      most = Math.max(most, stage.server.residentBytes());
    }
    t.diagnostic(`${(ROUNDS * SIZE) / 1e6} MB sent, ${((most - before) / 1e6).toFixed(1)} MB more memory`);
    if (!process.env.ATRIUM_SANITIZE) assert.ok(most - before < 20e6, `${most - before} bytes more`);
    const told = ann.names().filter((n) => n === 'new-user').length;
    line.resume();
    await eventually(() => ann.events.filter(([n]) => n === 'new-user').length > told,
      'the others to be asked for what they have');
    assert.deepEqual(ann.events.filter(([n]) => n === 'new-user').at(-1), ['new-user', sleeper.id]);
    const [data, iv] = encrypted(0, 77_777);
    ann.say(data, iv);
    await eventually(() => sleeper.numbers().get(0)?.includes(77_777), 'the scene at who was slow');
    const metrics = (await request(`${stage.server.url}/metrics`)).body;
    assert.match(metrics, /atrium_relay_resyncs_total [1-9]/);
  });
});
