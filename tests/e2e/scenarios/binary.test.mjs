// Binary data inside an event: a stock client sends Buffers, other stock clients get Buffers, now
// or when they join later, and a native client, whose frames are JSON, gets {"$binary": "<base64>"}
// in their place. JSON that only looks like an attachment stays what it is.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { Stage, TRANSPORTS } from '../support/stage.mjs';

const bytes = (size, step) => Buffer.from(Array.from({ length: size }, (_, i) => (i * step) % 256));

for (const [how, options] of Object.entries(TRANSPORTS)) {
  describe(`binary data by ${how}`, { timeout: 60_000 }, () => {
    const stage = new Stage();
    const thumb = bytes(300, 7);
    const icon = bytes(31, 5);
    let room;
    let ann;
    let bob;
    let nora;

    before(() => stage.open());
    after(() => stage.close());
    afterEach(() => stage.clear());

    async function allJoin() {
      room = await stage.createRoom();
      ann = stage.stockClient('Ann', options);
      bob = stage.stockClient('Bob', options);
      nora = stage.nativeClient('Nora');
      for (const person of [ann, bob, nora]) await person.join(room);
    }

    it('reaches everybody in the metadata of a message', async () => {
      await allJoin();
      const sent = { thumb, more: { icon }, name: 'cat' };
      const result = await ann.say(room, 'look', { metadata: sent });
      assert.equal(result.success, true, result.error);
      for (const person of [ann, bob]) {
        const { metadata } = await person.next('chat:message');
        assert.ok(Buffer.isBuffer(metadata.thumb));
        assert.deepEqual(metadata, sent);
      }
      assert.deepEqual((await nora.next('chat:message')).metadata, {
        thumb: { $binary: thumb.toString('base64') },
        more: { icon: { $binary: icon.toString('base64') } },
        name: 'cat',
      });
    });

    it('is there for who joins later', async () => {
      await allJoin();
      await ann.say(room, 'look', { metadata: { thumb } });
      const carl = stage.stockClient('Carl', options);
      await carl.join(room);
      const [{ messages }] = carl.got('chat:history');
      assert.deepEqual(messages[0].metadata, { thumb });
    });

    it('reaches everybody inside an element of the board', async () => {
      await allJoin();
      const image = { id: 'i1', version: 1, versionNonce: 3, type: 'image', data: thumb };
      const result = await ann.call('whiteboard-change', { roomId: room.id, elements: [image] });
      assert.equal(result.success, true, result.error);
      const { elements } = await bob.next('whiteboard-update');
      assert.ok(Buffer.isBuffer(elements[0].data));
      assert.deepEqual(elements, [image]);
      assert.deepEqual((await nora.next('whiteboard-update')).elements,
        [{ ...image, data: { $binary: thumb.toString('base64') } }]);

      const carl = stage.stockClient('Carl', options);
      await carl.join(room);
      assert.deepEqual(carl.got('whiteboard:state')[0].elements, [image]);
    });

    it('stays in order with text, whoever sends', async () => {
      await allJoin();
      const said = [];
      for (let i = 0; i < 20; ++i) {
        said.push(ann.say(room, `a${i}`, i % 2 ? { metadata: { thumb } } : {}));
        said.push(bob.say(room, `b${i}`, i % 3 ? { metadata: { icon } } : {}));
      }
      const results = await Promise.all(said);
      assert.ok(results.every((r) => r.success));
      for (const person of [ann, bob, nora]) {
        await person.caughtUp(room);
        assert.deepEqual(person.chatSeqs(room), said.map((_, i) => i + 1));
      }
      for (const m of bob.got('chat:message')) {
        const i = Number(m.message.slice(1));
        if (m.message[0] === 'a') assert.deepEqual(m.metadata, i % 2 ? { thumb } : undefined);
        else assert.deepEqual(m.metadata, i % 3 ? { icon } : undefined);
      }
    });

    it('comes from a native client as it spells it', async () => {
      await allJoin();
      await nora.say(room, 'look', { metadata: { thumb: { $binary: thumb.toString('base64') } } });
      assert.deepEqual((await bob.next('chat:message')).metadata, { thumb });
    });

    // A stock client gives up a connection that brings more than ten attachments in one packet.
    it('does not overwhelm a joiner by its number', async () => {
      await allJoin();
      for (let i = 0; i < 12; ++i) await ann.say(room, `${i}`, { metadata: { icon } });
      const elements = Array.from({ length: 12 },
        (_, i) => ({ id: `e${10 + i}`, version: 1, versionNonce: 1, type: 'image', data: icon }));
      for (const element of elements) {
        await ann.call('whiteboard:patch', { roomId: room.id, elements: [element] });
      }
      const carl = stage.stockClient('Carl', options);
      await carl.join(room);
      await carl.caughtUp(room);
      assert.equal(carl.got('disconnect').length, 0);
      const asBuffer = (value) => (Buffer.isBuffer(value) ? value
        : Buffer.from(value.$binary, 'base64'));
      const [{ messages }] = carl.got('chat:history');
      assert.deepEqual(messages.map((m) => asBuffer(m.metadata.icon)), Array(12).fill(icon));
      const [board] = carl.got('whiteboard:state');
      assert.deepEqual(board.elements.map((e) => asBuffer(e.data)), Array(12).fill(icon));
    });

    it('is not made out of what only looks like an attachment', async () => {
      await allJoin();
      const metadata = { fake: { _placeholder: true, num: 0 } };
      await nora.say(room, 'fake', { metadata });
      assert.deepEqual((await bob.next('chat:message')).metadata, metadata);
    });

    // A stock client gives up a connection whose placeholders don't fit the attachments.
    it('cannot be forged so that it throws others out', async () => {
      await allJoin();
      const $binary = icon.toString('base64');
      await nora.say(room, 'forged', { metadata: { $binary: 7, a: { $binary: '%' } } });
      await nora.say(room, 'forged',
        { metadata: { icon: { $binary }, fake: { _placeholder: true, num: 9 } } });
      await ann.say(room, 'forged', { metadata: { icon, fake: { _placeholder: true, num: 0 } } });
      await ann.say(room, 'the end');
      await bob.next('chat:message', (m) => m.message === 'the end');
      assert.equal(bob.got('disconnect').length, 0);
    });
  });
}
