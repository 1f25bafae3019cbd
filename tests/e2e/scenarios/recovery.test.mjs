// Connection state recovery, for stock clients that ask for it with `auth: {recovery: true}`: after
// a lost connection the client has its id and its rooms again, and gets what it missed, each event
// once and in order. Whoever does not ask gets handlers called with the object alone.
//
// Reconnecting is done by hand, so that everything that is to be missed happens in between.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { TcpForwarder } from '../support/forwarders.mjs';
import { Stage, TRANSPORTS } from '../support/stage.mjs';

const ASKED = { auth: { recovery: true }, reconnection: false };
const element = (id) => ({ id, version: 1, versionNonce: 1, type: 'line' });

for (const [how, options] of Object.entries(TRANSPORTS)) {
  describe(`recovery by ${how}`, { timeout: 120_000 }, () => {
    const stage = new Stage({}, { redis: true });
    const transport = options.transports?.[0] ?? 'websocket';
    let room;
    let bob;

    before(() => stage.open());
    after(() => stage.close());
    afterEach(() => stage.clear());

    async function annAndBobJoin(annsOptions = {}) {
      room = await stage.createRoom();
      bob = stage.nativeClient('Bob');
      await bob.join(room);
      const ann = stage.stockClient('Ann', { ...options, ...ASKED, ...annsOptions });
      await ann.join(room);
      await bob.next('presence:update', (p) => p.count === 2);
      await ann.uses(transport);
      await bob.say(room, 'seen');
      await ann.next('chat:message', (m) => m.message === 'seen');
      return ann;
    }

    async function dropped(ann) {
      await ann.next('disconnect');
      await bob.next('presence:update', (p) => p.count === 1);
    }

    async function backAgain(ann) {
      ann.socket.connect();
      await ann.connected();
      if (ann.socket.recovered) await bob.next('presence:update', (p) => p.count === 2);
    }

    const heard = (ann) => ann.got('chat:message').map((m) => m.message);
    const states = (ann) => ann.got('chat:history').length + ann.got('whiteboard:state').length;

    it('brings each missed event once after the engine was closed', async () => {
      const ann = await annAndBobJoin();
      const { id } = ann.socket;
      assert.ok(!ann.socket.recovered);
      ann.engine.close();
      await dropped(ann);
      await bob.say(room, 'missed 1');
      await bob.call('whiteboard-change', { roomId: room.id, elements: [element('a')] });
      await bob.say(room, 'missed 2');
      await backAgain(ann);

      assert.equal(ann.socket.recovered, true);
      assert.equal(ann.socket.id, id);
      await bob.say(room, 'live');
      assert.equal((await ann.say(room, 'in the room without another join')).success, true);
      assert.deepEqual(heard(ann),
        ['seen', 'missed 1', 'missed 2', 'live', 'in the room without another join']);
      const order = ann.inbox.log.map((item) => item.name);
      const since = order.slice(order.indexOf('disconnect') + 1)
        .filter((name) => /^(chat:message|whiteboard-update|connect)$/.test(name));
      assert.deepEqual(since, ['chat:message', 'whiteboard-update', 'chat:message', 'connect',
        'chat:message', 'chat:message']);
      assert.equal(states(ann), 2, 'the state was sent at the join and not again');
    });

    it('works after the line was cut, a second time too, and with nothing missed', async () => {
      const line = await stage.with(new TcpForwarder(stage.server.port));
      const ann = await annAndBobJoin({ url: line.url });
      const said = ['seen'];
      for (const missed of [['a', 'b'], [], ['c'], ['d', 'e', 'f']]) {
        await line.cut();
        await dropped(ann);
        for (const text of missed) await bob.say(room, text);
        line.mend();
        await backAgain(ann);
        assert.equal(ann.socket.recovered, true);
        said.push(...missed);
        await ann.caughtUp(room);
        assert.deepEqual(heard(ann), said);
        await ann.uses(transport);
      }
      await bob.say(room, 'live');
      await ann.caughtUp(room);
      assert.deepEqual(heard(ann), [...said, 'live']);
      assert.deepEqual(ann.chatSeqs(room), heard(ann).map((_, i) => i + 1));
    });

    it('takes over from the session that the server still believes in', async () => {
      const line = await stage.with(new TcpForwarder(stage.server.port));
      const ann = await annAndBobJoin({ url: line.url });
      const { id } = ann.socket;
      await line.cutClientsOnly();
      await ann.next('disconnect');
      await bob.say(room, 'into the void');
      line.mend();
      ann.socket.connect();
      await ann.connected();
      assert.equal(ann.socket.recovered, true);
      assert.equal(ann.socket.id, id);
      await ann.caughtUp(room);
      assert.deepEqual(heard(ann), ['seen', 'into the void']);
      const { participants, count } = await bob.call('presence:list', { roomId: room.id });
      assert.equal(count, 2);
      assert.equal(participants.find((p) => p.userId === 'ann').connections, 1);
    });

    it('brings what was missed in two rooms', async () => {
      const ann = await annAndBobJoin();
      const other = await stage.createRoom();
      await bob.join(other);
      await ann.join(other);
      await bob.say(other, 'seen there');
      await ann.next('chat:message', (m) => m.message === 'seen there');
      for (const round of [1, 2]) {
        ann.engine.close();
        await ann.next('disconnect');
        await bob.next('presence:update', (p) => p.roomId === room.id && p.count === 1);
        for (let i = 0; i < 3; ++i) {
          await bob.say(room, `here ${round}.${i}`);
          await bob.say(other, `there ${round}.${i}`);
        }
        ann.socket.connect();
        await ann.connected();
        assert.equal(ann.socket.recovered, true);
        await bob.next('presence:update', (p) => p.roomId === room.id && p.count === 2);
      }
      await bob.say(room, 'live here');
      await bob.say(other, 'live there');
      await ann.caughtUp(room);
      await ann.caughtUp(other);
      const heardIn = (where) => ann.got('chat:message').filter((m) => m.roomId === where.id)
        .map((m) => m.message);
      assert.deepEqual(heardIn(room), ['seen', 'here 1.0', 'here 1.1', 'here 1.2', 'here 2.0',
        'here 2.1', 'here 2.2', 'live here']);
      assert.deepEqual(heardIn(other), ['seen there', 'there 1.0', 'there 1.1', 'there 1.2',
        'there 2.0', 'there 2.1', 'there 2.2', 'live there']);
    });

    it('does not bring back who said goodbye', async () => {
      const ann = await annAndBobJoin();
      const { id } = ann.socket;
      ann.socket.disconnect();
      await bob.next('presence:update', (p) => p.count === 1);
      await bob.say(room, 'missed for good');
      ann.socket.connect();
      await ann.connected();
      assert.ok(!ann.socket.recovered);
      assert.notEqual(ann.socket.id, id);
      assert.equal((await ann.say(room, 'hello?')).code, 'not_in_room');
      await ann.join(room);
      assert.deepEqual(ann.got('chat:history').at(-1).messages.map((m) => m.message),
        ['seen', 'missed for good']);
    });

    it('is not forced on who does not ask', async () => {
      const ann = await annAndBobJoin({ auth: {} });
      await bob.call('whiteboard-change', { roomId: room.id, elements: [element('a')] });
      await ann.caughtUp(room);
      const events = ann.inbox.log.filter(({ name }) => /^(chat|whiteboard|presence)/.test(name));
      assert.ok(events.length >= 5);
      for (const { name, args } of events) assert.equal(args.length, 1, name);
      ann.engine.close();
      await dropped(ann);
      await backAgain(ann);
      assert.ok(!ann.socket.recovered);
    });

    it('gives who asks an offset behind each object', async () => {
      const ann = await annAndBobJoin();
      const [{ args }] = ann.inbox.log.filter(({ name }) => name === 'chat:message');
      assert.equal(args.length, 2);
      assert.equal(typeof args[1], 'string');
    });

    it('gives the whole state to who comes back after a restart', async () => {
      const ann = await annAndBobJoin();
      await stage.server.restart();
      await ann.next('disconnect');
      ann.socket.connect();
      await ann.connected();
      assert.ok(!ann.socket.recovered);
      const joined = await ann.join(room);
      assert.equal(joined.success, true);
      assert.equal(joined.recovered, false);
      assert.equal(ann.got('chat:history').at(-1).messages[0].message, 'seen');
      assert.equal(ann.got('whiteboard:state').length, 2);
      await ann.say(room, 'after');
      assert.deepEqual(heard(ann), ['seen', 'after']);

      // And what it was given then can be recovered in its turn.
      ann.engine.close();
      await ann.next('disconnect');
      ann.socket.connect();
      await ann.connected();
      assert.equal(ann.socket.recovered, true);
    });
  });
}
