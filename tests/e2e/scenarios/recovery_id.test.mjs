// The secret id by which a client recovers its connection: it belongs to whoever came with it last,
// is of use to nobody else, and what is no such id, or comes with an offset that makes no sense, is
// nothing but a new connection.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { Stage } from '../support/stage.mjs';

const ASKED = { auth: { recovery: true }, reconnection: false };

describe('a recovery id', { timeout: 60_000 }, () => {
  const stage = new Stage();

  before(() => stage.open());
  after(() => stage.close());
  afterEach(() => stage.clear());

  it('belongs to whoever came with it last', async () => {
    const room = await stage.createRoom();
    const bob = stage.nativeClient('Bob');
    await bob.join(room);
    const ann = stage.stockClient('Ann', { transports: ['websocket'], ...ASKED });
    await ann.join(room);
    await bob.say(room, 'seen');
    const [, offset] = (await ann.inbox.next('chat:message')).args;
    const pid = ann.socket._pid;
    assert.equal(typeof pid, 'string');

    const second = stage.rawWebSocket();
    const { sid, pid: samePid } = await second.connect({ recovery: true, pid, offset });
    assert.equal(samePid, pid);
    assert.equal(sid, ann.socket.id ?? sid);
    await ann.next('disconnect');
    await bob.say(room, 'for the second');
    assert.match(await second.text('42["chat:message"'), /"message":"for the second"/);
    assert.deepEqual(ann.got('chat:message').map((m) => m.message), ['seen']);
    const { participants } = await bob.call('presence:list', { roomId: room.id });
    assert.equal(participants.find((p) => p.userId === 'ann').connections, 1);
  });

  it('that nobody gave out is nothing but a new connection', async () => {
    for (const auth of [
      { recovery: true, pid: 'made-up-by-myself', offset: 'made-up-too' },
      { recovery: true, pid: '', offset: ':' },
      { recovery: true, pid: 'constructor' },
      { pid: '__proto__', offset: '' },
    ]) {
      const raw = stage.rawWebSocket();
      const { sid, pid } = await raw.connect(auth);
      assert.equal(typeof sid, 'string');
      assert.notEqual(pid, auth.pid);
    }
  });

  it('that is no text is nothing but a new connection', async () => {
    const raw = stage.rawWebSocket();
    const { pid } = await raw.connect({ recovery: true });
    for (const auth of [
      { recovery: true, pid: 7, offset: { a: 1 } },
      { recovery: true, pid: [pid], offset: null },
      { recovery: true, pid: { toString: pid }, offset: true },
      { recovery: true, pid: 'x'.repeat(10_000), offset: 'x'.repeat(10_000) },
    ]) {
      const other = stage.rawWebSocket();
      await other.opened();
      other.send(`40${JSON.stringify(auth)}`);
      const answer = await other.text('4');
      assert.match(answer, /^40\{/);
      assert.notEqual(JSON.parse(answer.slice(2)).pid, pid);
    }
  });

  it('is of no use to another user, who does not end its connection either', async () => {
    const room = await stage.createRoom();
    const ann = stage.rawWebSocket('&userId=ann');
    const { pid, sid } = await ann.connect({ recovery: true });
    const call = (raw, event, fields) => raw.call(1, event, { roomId: room.id, ...fields });
    await call(ann, 'join', { username: 'Ann' });
    ann.send(`42["chat:message",{"roomId":"${room.id}","message":"seen"}]`);
    const offset = JSON.parse((await ann.text('42["chat:message"')).slice(2)).at(-1);
    assert.equal(typeof offset, 'string');

    for (const how of ['connected', 'lost']) {
      if (how === 'lost') ann.abandon();
      const eve = stage.rawWebSocket();
      const hers = await eve.connect({ recovery: true, pid, offset, userId: 'eve' });
      assert.notEqual(hers.pid, pid);
      assert.notEqual(hers.sid, sid);
      assert.equal((await call(eve, 'chat:message', { message: 'hello?' })).code, 'not_in_room');
      if (how === 'connected') {
        assert.equal((await call(ann, 'chat:message', { message: 'still here' })).success, true);
      }
    }
    const back = stage.rawWebSocket('&userId=ann');
    assert.equal((await back.connect({ recovery: true, pid, offset })).pid, pid, 'it is still hers');
  });

  it('with an offset that makes no sense brings no part of a state', async () => {
    const room = await stage.createRoom();
    const first = stage.rawWebSocket();
    const { pid } = await first.connect({ recovery: true });
    await first.call(1, 'join', { roomId: room.id, userId: 'raw', username: 'Raw' });
    first.abandon();
    const second = stage.rawWebSocket();
    const again = await second.connect({ recovery: true, pid, offset: 'no such offset' });
    const answer = await second.call(1, 'chat:message', { roomId: room.id, message: 'hello' });
    assert.equal(answer.success, again.pid === pid,
      'either it is recovered, rooms and all, or it is new');
  });
});
