// How long what is in Redis lives, and that nothing of a room stays behind.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { request } from '../support/http.mjs';
import { Stage } from '../support/stage.mjs';
import { eventually } from '../support/waiting.mjs';

describe('what a room leaves in Redis', { timeout: 120_000 }, () => {
  const stage = new Stage({ ROOMS_IDLE_MS: 150, ROOMS_GRACE_MS: 0, ROOMS_WINDOW_COUNT: 20,
    ROOMS_RESERVED_CODES: 0, CHAT_SEARCH_BYTES: 0, CHAT_SEARCH_CACHE_SECONDS: 1, LIMITS_JOIN_FAILURES_PER_MINUTE: 0,
    LIMITS_EVENTS_PER_SECOND: 0, ADMIN_TOKEN: 'operators' }, { redis: true });

  before(() => stage.open());
  after(() => stage.close());
  afterEach(() => stage.clear());

  /** Everything that a room can have, people in it. */
  async function lifeIn(room) {
    const ann = stage.nativeClient('Ann');
    const bob = stage.stockClient('Bob');
    await ann.join(room);
    await bob.join(room);
    const ids = [];
    for (let i = 0; i < 150; ++i) {
      const { message } = await ann.say(room, `remember ${i}`, { durable: i === 149 });
      ids.push(message.id);
    }
    await ann.call('chat:delete', { roomId: room.id, id: ids[3] });
    await ann.call('chat:edit', { roomId: room.id, id: ids[140], message: 'edited' });
    await bob.call('whiteboard:patch', { roomId: room.id, elements: [{ id: 'e', version: 1 }] });
    bob.tell('typing', { roomId: room.id, isTyping: true });
    await ann.call('chat:search', { roomId: room.id, query: 'remember' });
    await stage.server.get(`/api/rooms/${room.id}/messages?q=remember`);
    await bob.say(room, 'the last', { durable: true });
    return { ann, bob, ids };
  }

  /** Keys that have to do with the room: by their name, or messages of it. */
  async function keysOf(room) {
    const all = await stage.redis.keys();
    const found = [];
    for (const key of all) {
      if (key === 'rooms:active') {
        if (await stage.redis.command('ZSCORE', key, room.id) !== null) found.push(key);
      } else if (key.includes(room.id) || key.includes(room.code)) {
        found.push(key);
      } else if (key.startsWith('message:')) {
        if (JSON.parse(await stage.redis.command('GET', key)).roomId === room.id) found.push(key);
      }
    }
    return found;
  }

  const erase = (room) => request(`${stage.server.url}/api/rooms/${room.id}`, {
    method: 'DELETE', headers: { authorization: 'Bearer operators' },
  });

  async function leftMemory(room) {
    await eventually(async () => await stage.redis.command('HEXISTS', `room:${room.id}`, 'loaded')
      === 0, 'the room to leave memory');
  }

  it('lives as long as its creator said', async () => {
    const room = await stage.createRoom({ ttlSeconds: 60, id: 'short-lived' });
    assert.equal(room.ttlSeconds, 60);
    const { ann, bob } = await lifeIn(room);
    const own = ['room:short-lived', 'room:short-lived:messages', 'room:short-lived:whiteboard',
      'room:short-lived:participants', `room_code:${room.code}`];
    for (const key of own) {
      const ttl = await eventually(async () => {
        const left = await stage.redis.command('TTL', key);
        return left === -2 ? false : left;
      }, `${key} to be there`);
      assert.ok(ttl > 50 && ttl <= 60, `${key}: ${ttl}`);
    }
    for (const key of ['room_messages:short-lived', ...await stage.redis.keys('message:*')]) {
      const ttl = await stage.redis.command('TTL', key);
      assert.ok(ttl > 0 && ttl <= 2_592_000, `${key}: ${ttl}`);
    }
    const forever = [];
    for (const key of await keysOf(room))
      if (await stage.redis.command('TTL', key) === -1) forever.push(key);
    assert.deepEqual(forever, ['rooms:active']);
    ann.leaveTheServer();
    bob.leaveTheServer();
    for (const ttlSeconds of [59, 2_592_001, -1, '60', 1.5]) {
      const refused = await request(`${stage.server.url}/api/rooms`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'x', createdBy: 'y', ttlSeconds }),
      });
      assert.equal(refused.status, 400, `${ttlSeconds}`);
    }
    await erase(room);
  });

  for (const [when, id] of [['with people in it', undefined], ['that left memory', 'own-id']]) {
    it(`goes whole when the room ${when} is deleted`, async () => {
      const room = await stage.createRoom({ id });
      const { ann, bob } = await lifeIn(room);
      assert.ok((await keysOf(room)).length > 150);
      if (id) {
        ann.leaveTheServer();
        bob.leaveTheServer();
        await leftMemory(room);
      }
      assert.equal((await erase(room)).status, 200);
      if (!id) {
        assert.equal((await ann.next('room:closed')).roomId, room.id);
        assert.equal((await bob.next('room:closed')).roomId, room.id);
        const { code } = await ann.say(room, 'hello?');
        assert.ok(['room_not_found', 'not_in_room'].includes(code), code);
      }
      let left;
      await eventually(async () => {
        left = await keysOf(room);
        return left.length === 0;
      }, 'all keys of the room to be gone', 8_000).catch((error) => {
        throw new Error(`${error.message}: ${left}`);
      });
      assert.equal((await request(`${stage.server.url}/api/rooms/${room.id}`)).status, 404);
    });
  }

  for (const isKilled of [false, true]) {
    it(`shows nothing to a new room of its name, ${isKilled ? 'a crash' : 'an expiry'} between`,
      async () => {
        const id = `again-${isKilled}`;
        const room = await stage.createRoom({ id });
        const { ann, bob, ids } = await lifeIn(room);
        await stage.redis.command('SADD', `ws:room_participants:${id}`, 'ghost');
        ann.leaveTheServer();
        bob.leaveTheServer();
        if (isKilled) await stage.server.kill();
        else await leftMemory(room);
        // What expires is the hash and what lives as long; the archive lives for a month.
        await stage.redis.command('DEL', `room:${id}`, `room_code:${room.code}`);
        if (isKilled) await stage.server.start();
        // The house may hear a moment later than Redis that the room has left.
        const anew = await eventually(() => stage.createRoom({ id }).catch(() => false),
          'the name to be free');
        const carl = stage.nativeClient('Carl');
        const joined = await carl.join(anew);
        assert.equal(joined.seq, 0);
        assert.deepEqual(carl.got('chat:history')[0].messages, []);
        assert.deepEqual(carl.got('whiteboard:state')[0].elements, []);
        assert.equal(joined.count, 1);
        assert.deepEqual(await stage.server.allMessages(anew), []);
        assert.equal((await carl.call('chat:search', { roomId: id, query: 'remember' })).count, 0);
        const { stats } = await stage.server.get(`/api/rooms/${id}/stats`);
        assert.equal(stats.messageCount, 0);
        assert.equal(stats.memberCount, 0);
        assert.equal((await carl.say(anew, 'x', { replyTo: ids[0] })).code, 'message_not_found');
        const answer = await request(`${stage.server.url}/api/rooms/${id}/messages/export`);
        assert.deepEqual(JSON.parse(answer.body), []);
        await eventually(async () => (await stage.redis.keys('message:*')).length === 0,
          'the old messages to be gone');
        await carl.say(anew, 'first', { durable: true });
        assert.equal((await stage.redis.archive(anew)).length, 1);
        await erase(anew);
        await eventually(async () => (await keysOf(anew)).length === 0, 'all keys to be gone');
      });
  }
});
