// What people do in a room, with the stock client: by long-polling alone, by WebSocket alone, and
// as it comes, polling first and then upgraded.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { Stage, TRANSPORTS } from '../support/stage.mjs';

const rectangle = (id, version, fields = {}) => ({
  id, version, versionNonce: 1, type: 'rectangle', x: 10, y: 20, isDeleted: false, ...fields,
});

for (const [how, options] of Object.entries(TRANSPORTS)) {
  describe(`rooms by ${how}`, { timeout: 120_000 }, () => {
    const stage = new Stage();
    let room;
    let ann;
    let bob;

    before(() => stage.open());
    after(() => stage.close());
    afterEach(() => stage.clear());

    async function annAndBobJoin() {
      room = await stage.createRoom();
      ann = stage.stockClient('Ann', options);
      bob = stage.stockClient('Bob', options);
      await ann.join(room);
      await bob.join(room);
      await ann.next('presence:update', (p) => p.count === 2);
    }

    it('connects the way it was told to', async () => {
      ann = stage.stockClient('Ann', options);
      await ann.connected();
      await ann.uses(options.transports?.[0] ?? 'websocket');
      assert.ok(ann.socket.id);
      assert.notEqual(ann.socket.id, ann.engine.id, 'the session id is a secret of its own');
      assert.ok(!ann.socket.recovered);
    });

    it('gives a joiner history, board and result in this order, then presence', async () => {
      await annAndBobJoin();
      await ann.say(room, 'before Carl came');
      const carl = stage.stockClient('Carl', options);
      const joined = await carl.join(room);
      await carl.next('presence:update', (p) => p.count === 3);

      // Excalidraw's: all are told once that they may join.
      const order = carl.inbox.log.map((item) => item.name).filter((name) => name !== 'init-room');
      assert.deepEqual(order.slice(0, 5),
        ['connect', 'chat:history', 'whiteboard:state', 'result', 'presence:update']);
      const [history] = carl.got('chat:history');
      assert.equal(history.roomId, room.id);
      assert.equal(history.count, 1);
      assert.equal(history.messages[0].message, 'before Carl came');
      const [board] = carl.got('whiteboard:state');
      assert.deepEqual(board, { roomId: room.id, elements: [], version: 0 });
      assert.equal(joined.success, true);
      assert.equal(joined.userId, 'carl');
      assert.equal(joined.room.id, room.id);
      assert.equal(joined.seq, 1);
      assert.equal(joined.count, 3);
      assert.equal(joined.recovered, false);
      assert.deepEqual(joined.participants.map((p) => p.userId).sort(), ['ann', 'bob', 'carl']);
    });

    it('sends a chat message to everybody, the sender too, and acknowledges it', async () => {
      await annAndBobJoin();
      const result = await ann.say(room, '  Hello, „Wörld“ 🎈\u2028  ');
      assert.equal(result.success, true);
      assert.equal(result.persisted, false);
      for (const person of [ann, bob]) {
        const message = await person.next('chat:message');
        assert.deepEqual(message, result.message);
        assert.equal(message.message, 'Hello, „Wörld“ 🎈');
        assert.equal(message.type, 'text');
        assert.equal(message.userId, 'ann');
        assert.equal(message.username, 'Ann');
        assert.equal(message.seq, 1);
        assert.equal(message.roomId, room.id);
      }
      const [item] = bob.inbox.log.filter(({ name }) => name === 'chat:message');
      assert.equal(item.args.length, 1, 'handlers get the object and nothing else');
    });

    it('keeps the order of what one person says without waiting', async () => {
      await annAndBobJoin();
      const said = Array.from({ length: 100 }, (_, i) => `line ${i}`);
      const results = await Promise.all(said.map((line) => ann.say(room, line)));
      assert.deepEqual(results.map((r) => r.message.seq), said.map((_, i) => i + 1));
      await bob.caughtUp(room);
      assert.deepEqual(bob.got('chat:message').map((m) => m.message), said);
    });

    it('posts a message once, however often it is sent', async () => {
      await annAndBobJoin();
      const first = await ann.say(room, 'once', { clientMessageId: 'c1' });
      const again = await ann.say(room, 'once', { clientMessageId: 'c1' });
      assert.equal(again.duplicate, true);
      assert.equal(again.message.id, first.message.id);
      await bob.caughtUp(room);
      assert.equal(bob.got('chat:message').length, 1);
    });

    it('shows the others a drawing, and a later joiner the board', async () => {
      await annAndBobJoin();
      const result = await ann.call('whiteboard-change',
        { roomId: room.id, elements: [rectangle('r1', 1), rectangle('r2', 1)] });
      assert.equal(result.success, true);
      const update = await bob.next('whiteboard-update');
      assert.equal(update.roomId, room.id);
      assert.equal(update.version, result.version);
      assert.equal(update.seq, result.seq);
      assert.deepEqual(update.elements.map((e) => e.id), ['r1', 'r2']);
      await ann.caughtUp(room);
      assert.equal(ann.got('whiteboard-update').length, 0, 'the sender knows it already');

      const carl = stage.stockClient('Carl', options);
      await carl.join(room);
      assert.deepEqual(carl.got('whiteboard:state')[0].elements, update.elements);
    });

    it('sends only what changed to whoever joined for patches', async () => {
      await annAndBobJoin();
      const carl = stage.stockClient('Carl', options);
      await carl.join(room, { whiteboard: 'patch' });
      await ann.call('whiteboard-change', { roomId: room.id, elements: [rectangle('r1', 1)] });
      await ann.call('whiteboard:patch',
        { roomId: room.id, elements: [rectangle('r1', 2, { x: 99 })] });
      const patch = await carl.next('whiteboard:patch', (p) => p.version === 2);
      assert.deepEqual(patch.elements.map((e) => [e.id, e.x]), [['r1', 99]]);
      const whole = await bob.next('whiteboard-update', (u) => u.version === 2);
      assert.equal(whole.elements[0].x, 99);
      assert.equal(bob.got('whiteboard:patch').length, 0);
    });

    it('tells who is there, who types, and who left', async () => {
      await annAndBobJoin();
      const list = await ann.call('presence:list', { roomId: room.id });
      assert.deepEqual(list.participants.map((p) => p.userId).sort(), ['ann', 'bob']);

      ann.tell('typing', { roomId: room.id, isTyping: true });
      const typing = await bob.next('typing');
      assert.deepEqual(typing, { roomId: room.id, userId: 'ann', username: 'Ann', isTyping: true });
      ann.tell('cursor', { roomId: room.id, x: 1, y: 2, tool: 'pen' });
      const cursor = await bob.next('cursor');
      assert.deepEqual(cursor,
        { roomId: room.id, userId: 'ann', username: 'Ann', x: 1, y: 2, tool: 'pen' });

      assert.equal((await bob.call('leave', { roomId: room.id })).success, true);
      const left = await ann.next('presence:update', (p) => p.count === 1);
      assert.deepEqual(left.participants.map((p) => p.userId), ['ann']);
      assert.equal(ann.got('typing').length, 0);
    });

    it('notices at once that somebody disconnected', async () => {
      await annAndBobJoin();
      bob.socket.disconnect();
      const [reason] = (await bob.inbox.next('disconnect')).args;
      assert.equal(reason, 'io client disconnect');
      await ann.next('presence:update', (p) => p.count === 1);
    });

    it('hears the last words of who disconnects right behind them', async () => {
      await annAndBobJoin();
      ann.tell('chat:message', { roomId: room.id, message: 'goodbye' });
      ann.socket.disconnect();
      assert.equal((await bob.next('chat:message')).message, 'goodbye');
      await bob.next('presence:update', (p) => p.count === 1);
    });

    it('answers what is wrong in the ack, or as event "error" without one', async () => {
      await annAndBobJoin();
      const cases = [
        ['join', { roomId: '000000', userId: 'ann', username: 'Ann' }, 'room_not_found'],
        ['chat:message', { roomId: room.id, message: '   ' }, 'bad_request'],
        ['chat:message', { roomId: room.id, message: 'x'.repeat(10_001) }, 'payload_too_large'],
        ['whiteboard-change', { roomId: room.id, elements: 'none' }, 'bad_request'],
        ['no:such:event', { roomId: room.id }, 'unknown_event'],
      ];
      for (const [event, fields, code] of cases) {
        const result = await ann.call(event, fields);
        assert.equal(result.success, false, event);
        assert.equal(result.code, code, `${event}: ${result.error}`);
        assert.equal(typeof result.error, 'string');

        ann.tell(event, fields);
        const error = await ann.next('error');
        assert.equal(error.event, event);
        assert.equal(error.code, code);
        assert.equal(error.success, false);
        assert.equal(error.message, error.error);
      }
      await bob.caughtUp(room);
      assert.equal(bob.got('error').length + bob.got('chat:message').length, 0);
      assert.equal((await ann.say(room, 'still here')).success, true);
    });

    it('refuses who is not in the room, and who comes to a full one', async () => {
      room = await stage.createRoom({ maxParticipants: 1 });
      ann = stage.stockClient('Ann', options);
      bob = stage.stockClient('Bob', options);
      await ann.join(room);
      assert.equal((await bob.say(room, 'let me in')).code, 'not_in_room');
      assert.equal((await bob.join(room)).code, 'room_full');
      bob.tell('join', { roomId: room.id, ...bob.identity });
      assert.equal((await bob.next('error')).code, 'room_full');
      await ann.caughtUp(room);
      assert.equal(ann.got('chat:message').length, 0);
    });

    it('carries large scenes both ways', async () => {
      await annAndBobJoin();
      const label = `„${'ä'.repeat(300)}“`;
      const ids = Array.from({ length: 500 }, (_, i) => `r${1000 + i}`);
      const elements = ids.map((id) => rectangle(id, 1, { label }));
      await ann.call('whiteboard-change', { roomId: room.id, elements });
      const update = await bob.next('whiteboard-update');
      assert.deepEqual(update.elements, elements);
    });

    it('answers with the past, page by page', async () => {
      await annAndBobJoin();
      for (let i = 1; i <= 5; ++i) await ann.say(room, `${i}`);
      const page = await bob.call('chat:history', { roomId: room.id, limit: 2 });
      assert.deepEqual(page.messages.map((m) => m.message), ['4', '5']);
      assert.equal(page.count, 2);
      assert.equal(page.hasMore, true);
    });
  });
}
