// One room, two kinds of client: native at /ws and the stock Socket.IO client. Whatever one does
// the other sees, and neither can tell from what it gets how the other is connected.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { Stage, TRANSPORTS } from '../support/stage.mjs';

for (const [how, options] of Object.entries(TRANSPORTS)) {
  describe(`a native client and one by ${how}`, { timeout: 60_000 }, () => {
    const stage = new Stage();
    let room;
    let nora;
    let sam;

    before(() => stage.open());
    after(() => stage.close());
    afterEach(() => stage.clear());

    async function bothJoin(fields = {}) {
      room = await stage.createRoom();
      nora = stage.nativeClient('Nora');
      sam = stage.stockClient('Sam', options);
      await nora.join(room, fields);
      await sam.join(room, fields);
      await nora.next('presence:update', (p) => p.count === 2);
    }

    it('see each other come and go', async () => {
      await bothJoin();
      const { participants } = await nora.call('presence:list', { roomId: room.id });
      assert.deepEqual(participants.map((p) => p.userId).sort(), ['nora', 'sam']);
      await nora.call('leave', { roomId: room.id });
      await sam.next('presence:update', (p) => p.count === 1);
      await nora.join(room);
      await sam.next('presence:update', (p) => p.count === 2);
      sam.socket.disconnect();
      await nora.next('presence:update', (p) => p.count === 1);
    });

    it('read the same chat, in the same order', async () => {
      await bothJoin();
      const said = [];
      for (let i = 0; i < 20; ++i) {
        said.push(nora.say(room, `nora ${i}`), sam.say(room, `sam ${i}`));
      }
      await Promise.all(said);
      await nora.caughtUp(room);
      await sam.caughtUp(room);
      const seqs = Array.from({ length: 40 }, (_, i) => i + 1);
      assert.deepEqual(nora.chatSeqs(room), seqs);
      assert.deepEqual(sam.chatSeqs(room), seqs);
      const native = nora.got('chat:message').map(({ messageType, ...rest }) => rest);
      const stock = sam.got('chat:message').map(({ type, ...rest }) => rest);
      assert.deepEqual(stock, native);
      assert.ok(sam.got('chat:message').every((m) => m.type === 'text'));
      assert.ok(nora.got('chat:message').every((m) => m.messageType === 'text'));
    });

    it('draw on the same board', async () => {
      await bothJoin();
      const box = { id: 'a', version: 1, versionNonce: 7, type: 'ellipse' };
      await nora.call('whiteboard-change', { roomId: room.id, elements: [box] });
      const first = await sam.next('whiteboard-update');
      assert.deepEqual(first.elements, [box]);
      const line = { ...box, id: 'b', type: 'line', points: [[0, 0], [1, 2.5]] };
      await sam.call('whiteboard-change', { roomId: room.id, elements: [box, line] });
      const second = await nora.next('whiteboard-update');
      assert.deepEqual(second.elements, [box, line]);
      assert.deepEqual([first.seq, second.seq], [1, 2]);
    });

    it('get the same patches', async () => {
      await bothJoin({ whiteboard: 'patch' });
      const dot = { id: 'dot', version: 1, versionNonce: 7, type: 'freedraw' };
      await nora.call('whiteboard:patch', { roomId: room.id, elements: [dot] });
      assert.deepEqual((await sam.next('whiteboard:patch')).elements, [dot]);
      await sam.call('whiteboard:patch', { roomId: room.id, elements: [{ ...dot, version: 2 }] });
      assert.deepEqual((await nora.next('whiteboard:patch')).elements, [{ ...dot, version: 2 }]);
    });

    it('see each other type and point', async () => {
      await bothJoin();
      nora.tell('typing', { roomId: room.id, isTyping: true });
      assert.deepEqual(await sam.next('typing'),
        { roomId: room.id, userId: 'nora', username: 'Nora', isTyping: true });
      sam.tell('typing', { roomId: room.id, isTyping: true });
      assert.deepEqual(await nora.next('typing'),
        { roomId: room.id, userId: 'sam', username: 'Sam', isTyping: true });
      sam.tell('cursor', { roomId: room.id, x: 3, y: 4 });
      assert.deepEqual(await nora.next('cursor'),
        { roomId: room.id, userId: 'sam', username: 'Sam', x: 3, y: 4 });
      nora.tell('cursor', { roomId: room.id, x: 5, y: 6 });
      assert.deepEqual(await sam.next('cursor'),
        { roomId: room.id, userId: 'nora', username: 'Nora', x: 5, y: 6 });
    });

    it('hear errors in the same words', async () => {
      await bothJoin();
      const wrong = { roomId: room.id, message: '' };
      assert.deepEqual(await sam.call('chat:message', wrong),
        await nora.call('chat:message', wrong));
      nora.tell('chat:message', wrong);
      sam.tell('chat:message', wrong);
      assert.deepEqual(await sam.next('error'), await nora.next('error'));
    });
  });
}
