// Connections that break under the stock client: the server is restarted or killed, a network line
// is cut, a balancer hides the restart so that the client's session id is unknown all at once. The
// client comes back by itself, with its own back-off; the application only joins again on
// "connect".
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { HttpForwarder, TcpForwarder } from '../support/forwarders.mjs';
import { Stage, TRANSPORTS } from '../support/stage.mjs';

/** A back-off like the client's own, only shorter. */
const SOON = { reconnectionDelay: 100 };

for (const [how, options] of Object.entries(TRANSPORTS)) {
  describe(`coming back by ${how}`, { timeout: 120_000 }, () => {
    const stage = new Stage({ SERVER_RETRY_AFTER_MS: 50 }, { redis: true });
    let room;

    before(() => stage.open());
    after(() => stage.close());
    afterEach(() => stage.clear());

    /** Joins at each "connect"; resolves when it is in for the first time. */
    async function joinAlways(person) {
      person.socket.on('connect', () => {
        person.join(room).catch(() => {});
      });
      await person.next('result', (r) => r.of === 'join');
    }

    it('finds its room again after a restart of the server', async () => {
      room = await stage.createRoom();
      const ann = stage.stockClient('Ann', options);
      await joinAlways(ann);
      await ann.say(room, 'before');
      await ann.call('whiteboard-change', { roomId: room.id, elements: [{ id: 'a', version: 1 }] });
      const oldId = ann.socket.id;

      await stage.server.restart();
      const reason = await ann.next('disconnect');
      // Who is between two polls when the server stops to accept can't be told.
      const [farewell] = ann.got('server:shutdown');
      if (farewell || options.transports?.[0] === 'websocket')
        assert.ok(farewell.retryAfterMs >= 0 && farewell.retryAfterMs <= 50);
      assert.ok(['transport close', 'transport error'].includes(reason),
        `${reason}: the client comes back by itself after these only`);
      const joined = await ann.next('result', (r) => r.of === 'join');
      assert.equal(joined.success, true);
      assert.notEqual(ann.socket.id, oldId);
      assert.ok(!ann.socket.recovered);
      assert.equal(ann.got('chat:history').at(-1).messages[0].message, 'before');
      assert.equal(ann.got('whiteboard:state').at(-1).elements[0].id, 'a');
      assert.equal(joined.count, 1, 'nobody is left over from before');
    });

    it('finds its room again after the server was killed', async () => {
      room = await stage.createRoom();
      const ann = stage.stockClient('Ann', { ...options, ...SOON });
      await joinAlways(ann);
      await ann.say(room, 'before', { durable: true });
      await stage.server.kill();
      await ann.next('disconnect');
      await stage.server.start();
      const joined = await ann.next('result', (r) => r.of === 'join');
      assert.equal(joined.success, true);
      assert.equal(ann.got('chat:history').at(-1).messages[0].message, 'before');
      await ann.say(room, 'after');
      await ann.next('chat:message', (m) => m.message === 'after');
    });

    it('comes back when the line was cut, and others see it go and return', async () => {
      const line = await stage.with(new TcpForwarder(stage.server.port));
      room = await stage.createRoom();
      const bob = stage.stockClient('Bob', options);
      await bob.join(room);
      const ann = stage.stockClient('Ann', { ...options, ...SOON, url: line.url });
      await joinAlways(ann);
      await ann.uses(options.transports?.[0] ?? 'websocket');
      await bob.next('presence:update', (p) => p.count === 2);

      await line.cut();
      await ann.next('disconnect');
      const away = await bob.next('presence:update', (p) => p.count === 1);
      assert.equal(away.participants.find((p) => p.userId === 'ann').status, 'away');
      await bob.say(room, 'while you were away');
      line.mend();
      await ann.next('result', (r) => r.of === 'join');
      await bob.next('presence:update', (p) => p.count === 2);
      const heard = [...ann.got('chat:history').at(-1).messages, ...ann.got('chat:message')];
      assert.deepEqual(heard.map((m) => m.message), ['while you were away']);
    });

    it('sends what was said meanwhile when it is back, once', async () => {
      const line = await stage.with(new TcpForwarder(stage.server.port));
      room = await stage.createRoom();
      const bob = stage.stockClient('Bob', options);
      await bob.join(room);
      const ann = stage.stockClient('Ann', { ...options, ...SOON, url: line.url });
      await joinAlways(ann);
      await line.cut();
      await ann.next('disconnect');
      ann.tell('join', { roomId: room.id, ...ann.identity });
      for (let i = 0; i < 5; ++i) ann.tell('chat:message', { roomId: room.id, message: `${i}` });
      line.mend();
      await bob.next('chat:message', (m) => m.message === '4');
      await bob.caughtUp(room);
      assert.deepEqual(bob.got('chat:message').map((m) => m.message), ['0', '1', '2', '3', '4']);
    });
  });
}

describe('coming back with a session id that nobody knows', { timeout: 120_000 }, () => {
  const stage = new Stage({}, { redis: true });

  before(() => stage.open());
  after(() => stage.close());
  afterEach(() => stage.clear());

  it('is what a polling client does by itself when a balancer hid the restart', async () => {
    const balancer = await stage.with(new HttpForwarder(stage.server.port));
    const room = await stage.createRoom();
    const ann = stage.stockClient('Ann', { transports: ['polling'], url: balancer.url });
    ann.socket.on('connect', () => ann.join(room).catch(() => {}));
    await ann.next('result', (r) => r.of === 'join');
    await ann.say(room, 'before', { durable: true });

    await stage.server.kill();
    await stage.server.start();
    const [reason, detail] = (await ann.inbox.next('disconnect')).args;
    assert.equal(reason, 'transport error');
    assert.equal(detail.description, 400);
    assert.ok(balancer.statuses.includes(400), 'the old session id was refused');
    const joined = await ann.next('result', (r) => r.of === 'join');
    assert.equal(joined.success, true);
    assert.equal(ann.got('chat:history').at(-1).messages[0].message, 'before');
  });
});

describe('a proxy without WebSocket', { timeout: 60_000 }, () => {
  const stage = new Stage();

  before(() => stage.open());
  after(() => stage.close());
  afterEach(() => stage.clear());

  it('keeps the stock client on long-polling, and nothing is missing', async () => {
    const proxy = await stage.with(new HttpForwarder(stage.server.port));
    const room = await stage.createRoom();
    const ann = stage.stockClient('Ann', { url: proxy.url });
    const bob = stage.stockClient('Bob');
    await bob.join(room);
    await ann.join(room);
    for (let i = 0; i < 10; ++i) await bob.say(room, `bob ${i}`);
    for (let i = 0; i < 10; ++i) await ann.say(room, `ann ${i}`);
    await ann.caughtUp(room);
    assert.deepEqual(ann.chatSeqs(room), Array.from({ length: 20 }, (_, i) => i + 1));
    assert.ok(proxy.statuses.includes(501), 'the upgrade was tried');
    assert.equal(ann.engine.transport.name, 'polling');
    assert.equal(ann.got('disconnect').length, 0);
  });
});
