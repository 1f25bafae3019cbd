// Messages that change after they were said: edited, deleted, answered, sent twice. The room keeps
// five mutations in memory and leaves it soon, so what is older is found in the archive.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { request } from '../support/http.mjs';
import { Stage } from '../support/stage.mjs';
import { eventually } from '../support/waiting.mjs';

const OPERATOR = { authorization: 'Bearer of all operators' };

describe('messages that change', { timeout: 120_000 }, () => {
  const stage = new Stage({
    ROOMS_WINDOW_COUNT: 5, ROOMS_IDLE_MS: 150, ROOMS_GRACE_MS: 0, ROOMS_SEQ_INTERVAL_MS: 100,
    ADMIN_TOKEN: 'of all operators', LIMITS_EVENTS_PER_SECOND: 0, LIMITS_REQUESTS_PER_SECOND: 0,
  }, { redis: true });
  let room;
  let ann;
  let bob;

  before(() => stage.open());
  after(() => stage.close());
  afterEach(() => stage.clear());

  /** Ann natively, Bob with the stock client, in a new room of the teacher's. */
  async function annAndBobJoin() {
    room = await stage.createRoom();
    ann = stage.nativeClient('Ann');
    bob = stage.stockClient('Bob');
    await ann.join(room);
    await bob.join(room);
  }

  async function saidSome(person, count, begin = 'line') {
    const said = [];
    // With the last one the others are in the archive, too.
    for (let i = 0; i < count; ++i) {
      const durable = i === count - 1;
      said.push((await person.say(room, `${begin} ${i}`, { durable })).message);
    }
    return said;
  }

  const edit = (person, m, message) => person.call('chat:edit',
    { roomId: room.id, id: m.id, message });
  const erase = (person, m) => person.call('chat:delete', { roomId: room.id, id: m.id });
  const stored = async (m) => JSON.parse(await stage.redis.command('GET', `message:${m.id}`));

  /** The message as every way of reading shows it, once the store has caught up; all the same. */
  async function everywhere(m, isThere) {
    await eventually(async () => isThere(await stored(m)), 'the archive to have the change');
    const find = (messages) => messages.find(({ id }) => id === m.id);
    const page = await stage.server.get(`/api/rooms/${room.id}/messages?limit=200`);
    const rest = find(page.messages);
    const carl = stage.stockClient('Carl');
    await carl.join(room);
    const first = carl.got('chat:history')[0].messages;
    const asked = await carl.call('chat:history', { roomId: room.id, limit: 200 });
    const hot = await stage.redis.command('LRANGE', `room:${room.id}:messages`, '0', '-1');
    const views = {
      archive: await stored(m),
      'hot list': find(hot.map((text) => JSON.parse(text))),
      history: find(asked.messages),
      'history at the join': first.length === 5 ? rest : find(first),
    };
    for (const [where, view] of Object.entries(views)) assert.deepEqual(view, rest, where);
    carl.leaveTheServer();
    return rest;
  }

  /** Nobody is in; the room was handed back to Redis. */
  async function leftMemory() {
    ann.leaveTheServer();
    bob.leaveTheServer();
    await eventually(async () => await stage.redis.command('HEXISTS', `room:${room.id}`, 'loaded')
      === 0, 'the room to leave memory');
  }

  const isNewest = { 'one just said': 0, 'one that left the window': 10 };
  for (const [which, later] of Object.entries(isNewest)) {
    it(`are edited by their author alone: ${which}`, async () => {
      await annAndBobJoin();
      const [m] = await saidSome(ann, 1);
      await saidSome(bob, later, 'later');
      assert.equal((await edit(bob, m, 'forged')).code, 'forbidden');
      assert.equal((await edit(ann, m, '  ')).code, 'bad_request');
      assert.equal((await edit(ann, m, 'x'.repeat(10_001))).code, 'payload_too_large');
      assert.equal((await edit(ann, { id: '000000000fff-0000000000000000' }, 'x')).code,
        'message_not_found');
      const result = await edit(ann, m, '  said better ');
      assert.equal(result.success, true, result.error);
      assert.equal(result.message.message, 'said better');
      assert.equal(result.message.id, m.id);
      for (const person of [ann, bob]) {
        const told = await person.next('chat:edited');
        assert.equal(told.id, m.id);
        assert.equal(told.message, 'said better');
        assert.equal(told.editedAt, result.message.editedAt);
        assert.equal(told.seq, later + 2, 'a mutation of its own');
        assert.equal(told.roomId, room.id);
      }
      const view = await everywhere(m, (s) => s.editedAt);
      assert.deepEqual(view, result.message);
      assert.equal(view.seq, m.seq, 'it stays where it was said');
      assert.equal(view.timestamp, m.timestamp);
    });

    it(`are deleted by author, creator or operator: ${which}`, async () => {
      await annAndBobJoin();
      const teacher = stage.nativeClient('Teacher');
      await teacher.join(room);
      const [first, second] = await saidSome(ann, 2, 'secret');
      await saidSome(bob, later, 'later');
      assert.equal((await erase(bob, first)).code, 'forbidden');
      assert.equal((await erase(ann, first)).success, true);
      assert.equal((await erase(teacher, second)).success, true);
      for (const m of [first, second]) {
        const told = await bob.next('chat:deleted', ({ id }) => id === m.id);
        assert.equal(told.roomId, room.id);
        assert.ok(told.deletedAt >= m.timestamp);
        const view = await everywhere(m, (s) => s.deletedAt);
        assert.equal(view.deletedAt, told.deletedAt);
        assert.ok(!view.message, 'without its text');
        assert.equal(view.userId, 'ann');
        assert.ok(!JSON.stringify(view).includes('secret'));
      }
      assert.equal((await edit(ann, first, 'back again')).success, false);
      assert.equal((await erase(ann, first)).success, true, 'deleting twice is as good');
      await bob.caughtUp(room);
      assert.equal(bob.got('chat:deleted').length, 2, 'and tells nobody');
      const left = await stage.redis.command('LRANGE', `room:${room.id}:messages`, '0', '-1');
      assert.ok(!left.join().includes('secret'));
      const found = await bob.call('chat:search', { roomId: room.id, query: 'secret' });
      assert.equal(found.count, 0);
    });
  }

  it('reach who was away: as events within the window, in the history beyond it', async () => {
    await annAndBobJoin();
    const carl = stage.nativeClient('Carl');
    const { epoch } = await carl.join(room);
    const [one, two] = await saidSome(ann, 2);
    await carl.next('chat:message', (m) => m.id === two.id);
    carl.leaveTheServer();
    await edit(ann, one, 'edited meanwhile');
    await erase(ann, two);

    const soon = stage.nativeClient('Carl');
    const back = await soon.join(room, { since: { epoch, seq: two.seq } });
    assert.equal(back.recovered, true);
    assert.deepEqual(soon.got('chat:edited').map((e) => [e.id, e.message]),
      [[one.id, 'edited meanwhile']]);
    assert.deepEqual(soon.got('chat:deleted').map((e) => e.id), [two.id]);
    assert.equal(soon.got('chat:history').length, 0);
    soon.leaveTheServer();

    await saidSome(bob, 6, 'later');
    const late = stage.nativeClient('Carl');
    const anew = await late.join(room, { since: { epoch, seq: two.seq } });
    assert.equal(anew.recovered, false);
    const { messages } = await late.call('chat:history', { roomId: room.id });
    assert.equal(messages[0].message, 'edited meanwhile');
    assert.ok(messages[1].deletedAt);
    assert.ok(!messages[1].message);
  });

  it('are answered, also from the archive, but not when there is none', async () => {
    await annAndBobJoin();
    const [old] = await saidSome(ann, 1);
    await saidSome(ann, 10);
    const answer = await bob.say(room, 'I agree', { replyTo: old.id });
    assert.equal(answer.success, true, answer.error);
    assert.equal(answer.message.replyTo, old.id);
    assert.equal((await ann.next('chat:message', (m) => m.replyTo)).replyTo, old.id);
    assert.equal((await bob.say(room, 'To whom?', { replyTo: 'nobody' })).success, false);
    const missing = await bob.say(room, 'To whom?', { replyTo: '000000000fff-0000000000000000' });
    assert.equal(missing.code, 'message_not_found', missing.error);
    const elsewhere = room;
    room = await stage.createRoom();
    await ann.join(room);
    assert.equal((await ann.say(room, 'x', { replyTo: old.id })).code, 'message_not_found',
      'a message of another room is none');
    room = elsewhere;
    await leftMemory();
    ann = stage.nativeClient('Ann');
    await ann.join(room);
    assert.equal((await ann.say(room, 'later', { replyTo: old.id })).success, true);
  });

  it('are posted once, however often sent, after leaving memory and restarts too', async () => {
    await annAndBobJoin();
    const first = await ann.say(room, 'once', { clientMessageId: 'c1' });
    await saidSome(ann, 2);
    const again = async (how) => {
      const result = await ann.say(room, 'once', { clientMessageId: 'c1' });
      assert.equal(result.duplicate, true, how);
      assert.deepEqual(result.message, first.message, how);
    };
    await again('at once');
    const own = await bob.say(room, 'mine', { clientMessageId: 'c1' });
    assert.ok(!own.duplicate, 'another user\'s id is another');
    await leftMemory();
    ann = stage.nativeClient('Ann');
    await ann.join(room);
    const late = await ann.say(room, 'once', { clientMessageId: 'c1', durable: true });
    assert.equal(late.duplicate, true, 'after it left memory');
    assert.equal(late.persisted, true);
    await stage.server.restart();
    ann = stage.nativeClient('Ann');
    await ann.join(room);
    const later = await ann.say(room, 'once', { clientMessageId: 'c1' });
    assert.equal(later.duplicate, true, 'after a restart');
    await ann.say(room, 'the last', { durable: true });
    await stage.server.kill();
    await stage.server.start();
    ann = stage.nativeClient('Ann');
    await ann.join(room);
    const last = await ann.say(room, 'once', { clientMessageId: 'c1' });
    assert.equal(last.duplicate, true, 'after a crash');
    assert.equal(last.message.id, first.message.id);
  });

  it('keep their order and their changes through leaving memory and a restart', async () => {
    await annAndBobJoin();
    const said = await saidSome(ann, 12);
    await edit(ann, said[2], 'edited');
    await erase(ann, said[3]);
    const before = await stage.server.allMessages(room, 5);
    assert.deepEqual(before.map((m) => m.id), said.map((m) => m.id));
    await leftMemory();
    assert.deepEqual(await stage.server.allMessages(room, 5), before);
    await stage.server.restart();
    assert.deepEqual(await stage.server.allMessages(room, 5), before);
    assert.equal(before[2].message, 'edited');
    assert.ok(before[3].deletedAt);
    const { stats } = await stage.server.get(`/api/rooms/${room.id}/stats`);
    assert.equal(stats.messageCount, 12);
    assert.equal(stats.seq, 14);
  });

  it('make the room tell where it stands', async () => {
    await annAndBobJoin();
    const { epoch } = await ann.join(room);
    const said = await saidSome(ann, 3);
    const told = await bob.next('room:seq', (t) => t.seq === 3);
    assert.deepEqual(told, { roomId: room.id, epoch, seq: 3 });
    await edit(ann, said[0], 'edited');
    await ann.next('room:seq', (t) => t.seq === 4);
  });

  describe('of a kind', () => {
    const file = { url: 'https://files.example/a.png', name: 'a.png', size: 10, mimeType: 'image/png' };

    it('image and file carry what is needed to show them', async () => {
      await annAndBobJoin();
      for (const type of ['image', 'file']) {
        const spelled = { type, ...file };
        const native = await ann.call('chat:message',
          { roomId: room.id, message: 'look', metadata: file, messageType: type });
        assert.equal(native.success, true, native.error);
        const stock = await bob.say(room, 'look', { type, metadata: file });
        assert.equal(stock.success, true, stock.error);
        for (const { message } of [native, stock]) {
          assert.equal(message.type, spelled.type);
          assert.deepEqual(message.metadata, file);
          const told = await bob.next('chat:message', (m) => m.id === message.id);
          assert.deepEqual(told, message);
        }
        assert.equal((await edit(bob, stock.message, 'not text')).code, 'forbidden');
        assert.equal((await erase(bob, stock.message)).success, true);
        const view = await everywhere(stock.message, (s) => s.deletedAt);
        assert.ok(!JSON.stringify(view).includes('files.example'), 'the link goes with the text');
      }
    });

    it('with bad metadata or a bad picture are refused', async () => {
      await annAndBobJoin();
      const urls = ['javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'data:text/html,<script>',
        ' https://x.example', 'https:\\\\x.example', '//x.example/a', 'ftp://x.example', 'https://',
        'https://x.example/"onerror="alert(1)', 'https://x.example/\u202egnp.exe',
        'java\nscript:alert(1)', 'https://user:pass@x.example/', 5, null, ''];
      for (const url of urls) {
        const result = await bob.say(room, 'x', { type: 'image', metadata: { ...file, url } });
        assert.equal(result.code, 'bad_request', JSON.stringify(url));
      }
      const attacks = [undefined, null, [], 'text', {}, { ...file, size: -1 }, { ...file, size: '1' },
        { ...file, size: 1.5 }, { ...file, name: '' }, { ...file, name: '../../etc/passwd\0' },
        { ...file, mimeType: 'text/html\r\nX: y' }, { ...file, mimeType: '' }];
      for (const metadata of attacks) {
        const result = await bob.say(room, 'x', { type: 'file', metadata });
        assert.equal(result.code, 'bad_request', JSON.stringify(metadata));
      }
      const large = await bob.say(room, 'x', { metadata: { a: 'ä'.repeat(2_100) } });
      assert.ok(['bad_request', 'payload_too_large'].includes(large.code));
      for (const userImage of ['javascript:alert(1)', 'data:text/html;base64,PHA+',
        'https://x.example/<b>', 'x'.repeat(3_000), 7, {}]) {
        const result = await bob.say(room, 'x', { userImage });
        assert.ok(['bad_request', 'payload_too_large'].includes(result.code),
          JSON.stringify(userImage));
      }
      const fine = await bob.say(room, 'x',
        { userImage: 'https://x.example/me.png', metadata: { __proto__x: 1, any: { thing: [1] } } });
      assert.equal(fine.success, true, fine.error);
      await ann.caughtUp(room);
      assert.equal(ann.got('chat:message').length, 1, 'nothing of the others came through');
    });

    it('"system" are an operator\'s', async () => {
      await annAndBobJoin();
      const refused = await bob.say(room, 'The server says', { type: 'system' });
      assert.equal(refused.code, 'forbidden', refused.error);
      const native = await ann.call('chat:message',
        { roomId: room.id, message: 'The server says', messageType: 'system' });
      assert.equal(native.code, 'forbidden', native.error);
      assert.equal((await bob.say(room, 'x', { type: 'announcement' })).code, 'bad_request');
      const post = (headers) => request(`${stage.server.url}/api/rooms/${room.id}/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(
          { userId: 'ops', username: 'Ops', message: 'Maintenance at ten', type: 'system' }),
      });
      assert.equal((await post({})).status, 401);
      assert.equal((await post({ authorization: 'Bearer guessed' })).status, 401);
      assert.equal((await post(OPERATOR)).status, 201);
      const told = await bob.next('chat:message');
      assert.equal(told.type, 'system');
      assert.equal(told.message, 'Maintenance at ten');
      await ann.caughtUp(room);
      const [heard] = ann.got('chat:message');
      assert.equal(heard.messageType, 'system');
    });
  });
});
