// The messenger's people: who is online, who lists whom, who went offline, over several connections
// and rooms; the same over REST and in Redis (contract §3 "Messenger", §4, §5).
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { request } from '../support/http.mjs';
import { Stage } from '../support/stage.mjs';
import { eventually } from '../support/waiting.mjs';

const OPERATOR = { authorization: 'Bearer operators' };

describe('friends', { timeout: 120_000 }, () => {
  const stage = new Stage({ ADMIN_TOKEN: 'operators', ROOMS_GRACE_MS: 300 }, { redis: true });

  before(() => stage.open());
  after(() => stage.close());
  afterEach(async () => {
    await stage.clear();
    await eventually(async () => (await stage.server.get('/api/users/online')).count === 0,
      'everybody to be gone');
  });

  async function register(person) {
    const result = await person.call('register', person.identity);
    assert.equal(result.success, true, result.error);
    assert.equal((await person.next('registered')).userId, person.identity.userId);
    return person;
  }

  async function befriend(person, ...friends) {
    const result = await person.call('setFriends', { friends });
    assert.equal(result.success, true, result.error);
  }

  const put = (user, body, headers = {}) => request(`${stage.server.url}/api/users/${user}/friends`, {
    method: 'PUT', headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

  it('are told when one comes and goes, with the profile that they gave it', async () => {
    const ann = await register(stage.nativeClient('Ann'));
    await befriend(ann, { id: 'bob', username: 'bobby', name: 'Bob B.', profileImage: 'https://x/b.png' },
      { id: 'cid' });
    const before = await ann.call('getOnlineStatus', {});
    assert.equal(before.success, true, before.error);
    assert.deepEqual((await ann.next('onlineStatus')).friends, [
      { id: 'bob', username: 'bobby', name: 'Bob B.', profileImage: 'https://x/b.png', isOnline: false },
      { id: 'cid', isOnline: false }]);
    const bob = await register(stage.stockClient('Bob'));
    assert.deepEqual(await ann.next('friendOnline'), { userId: 'bob', user:
      { id: 'bob', username: 'bobby', name: 'Bob B.', profileImage: 'https://x/b.png' } });
    const phone = await register(stage.nativeClient('Bob'));
    bob.leaveTheServer();
    await ann.call('getOnlineStatus', {});
    assert.equal((await ann.next('onlineStatus')).friends[0].isOnline, true);
    assert.equal(ann.got('friendOffline').length, 0, 'he has his phone');
    phone.leaveTheServer();
    assert.deepEqual(await ann.next('friendOffline'), { userId: 'bob' });
    assert.equal(ann.got('friendOnline').length, 1);
    await befriend(ann, { id: 'cid' });
    await register(stage.nativeClient('Bob'));
    await register(stage.nativeClient('Cid'));
    assert.equal((await ann.next('friendOnline')).userId, 'cid');
    assert.equal(ann.got('friendOnline').length, 2, 'Bob is no friend any more');
  });

  it('are in Redis both ways, and survive a restart', async () => {
    const ann = await register(stage.nativeClient('Ann'));
    await befriend(ann, { id: 'bob', name: 'Bob' }, { id: 'dora' });
    await befriend(ann, { id: 'bob', name: 'Bob' }, { id: 'eve' });
    await eventually(async () => (await stage.redis.command('SMEMBERS', 'ws:friend_of:eve')).join() === 'ann',
      'Eve to be listed');
    assert.deepEqual((await stage.redis.command('HKEYS', 'ws:friends:ann')).sort(), ['bob', 'eve']);
    assert.deepEqual(JSON.parse(await stage.redis.command('HGET', 'ws:friends:ann', 'bob')),
      { id: 'bob', name: 'Bob' });
    assert.deepEqual(await stage.redis.command('SMEMBERS', 'ws:friend_of:dora'), []);
    const ttl = await stage.redis.command('TTL', 'ws:friends:ann');
    assert.ok(ttl > 7_775_000 && ttl <= 7_776_000, `${ttl}`);
    await stage.clear();
    await stage.server.restart();
    const again = await register(stage.stockClient('Ann'));
    await register(stage.nativeClient('Bob'));
    await eventually(async () => {
      await again.call('getOnlineStatus', {});
      const { friends } = await again.next('onlineStatus');
      return friends.find(({ id }) => id === 'bob')?.isOnline;
    }, 'Bob to be seen online');
  });

  it('may be set over REST by an operator only', async () => {
    assert.equal((await put('ann', { friends: [] })).status, 401);
    const ann = await register(stage.nativeClient('Ann'));
    const answer = await put('ann', { friends: [{ id: 'bob' }] }, OPERATOR);
    assert.equal(answer.status, 200, answer.body);
    await register(stage.nativeClient('Bob'));
    assert.equal((await ann.next('friendOnline')).userId, 'bob');
    for (const body of [{}, { friends: 7 }, { friends: [7] }, { friends: [{ name: 'nobody' }] }, []])
      assert.equal((await put('ann', body, OPERATOR)).status, 400, JSON.stringify(body));
  });

  it('are users, with what they do', async () => {
    const room = await stage.createRoom();
    const ann = await register(stage.nativeClient('Ann'));
    const tab = stage.stockClient('Ann');
    await tab.join(room);
    await ann.call('joinRoom', { roomId: room.id, ...ann.identity });
    const bob = stage.nativeClient('Bob');
    await bob.join(room);
    await tab.say(room, 'hello');
    const { users, count } = await stage.server.get('/api/users/online');
    assert.equal(count, 2);
    assert.deepEqual(users.map(({ userId, connections }) => [userId, connections]).sort(),
      [['ann', 2], ['bob', 1]]);
    assert.ok(users.every((user) => !('ipAddress' in user)), 'addresses are for operators');
    const shown = await request(`${stage.server.url}/api/users/online`, { headers: OPERATOR });
    assert.ok(JSON.parse(shown.body).users.every(({ ipAddress }) => ipAddress === '127.0.0.1'));
    const user = await eventually(async () => {
      const found = (await stage.server.get('/api/users/ann')).user;
      return found.lastActivity > Date.now() - 10_000 ? found : undefined;
    }, 'what she did last');
    assert.equal(user.isOnline, true);
    assert.equal(user.connections, 2);
    assert.deepEqual(user.rooms, [room.id]);
    assert.equal(user.queueLength, 0);
    const client = JSON.parse(await eventually(() => stage.redis.command('HGET', 'ws:clients', 'ann'),
      'ws:clients'));
    assert.equal(client.ipAddress, '127.0.0.1');
    assert.ok(client.connectedAt > 0 && client.lastSeen >= client.connectedAt);
    await eventually(async () => {
      const all = await stage.redis.command('HGETALL', 'activity:ann');
      return Number(all[all.indexOf('messages') + 1]) >= 1;
    }, 'activity:ann');
    const ttl = await stage.redis.command('TTL', 'activity:ann');
    assert.ok(ttl > 86_000 && ttl <= 86_400, `${ttl}`);
    const nobody = (await stage.server.get('/api/users/nobody')).user;
    assert.deepEqual([nobody.isOnline, nobody.connections, nobody.rooms], [false, 0, []]);
  });

  it('are told where one went offline, once its last connection is gone', async () => {
    const rooms = [await stage.createRoom(), await stage.createRoom()];
    const ann = await register(stage.nativeClient('Ann'));
    for (const room of rooms) await ann.call('joinRoom', { roomId: room.id, ...ann.identity });
    const outside = await register(stage.stockClient('Cid'));
    await outside.call('joinRoom', { roomId: rooms[0].id, ...outside.identity });
    const bobs = [await register(stage.nativeClient('Bob')), stage.stockClient('Bob')];
    for (const room of rooms) await bobs[0].call('joinRoom', { roomId: room.id, ...bobs[0].identity });
    await bobs[1].join(rooms[0]);
    await eventually(async () => (await stage.redis.command('SMEMBERS',
      `ws:joined_room_participants:${rooms[0].id}`)).sort().join() === 'ann,bob,cid', 'Redis');
    bobs[0].leaveTheServer();
    await eventually(async () => (await stage.server.get('/api/users/bob')).user.connections === 1,
      'one connection to be left');
    assert.equal(ann.got('userOffline').length, 0);
    bobs[1].leaveTheServer();
    for (const room of rooms)
      assert.deepEqual(await ann.next('userOffline', ({ roomId }) => roomId === room.id),
        { userId: 'bob', roomId: room.id });
    assert.deepEqual(await outside.next('userOffline'), { userId: 'bob', roomId: rooms[0].id });
    assert.equal(ann.got('userOffline').length, 2);
    await eventually(async () => (await stage.redis.command('SMEMBERS',
      `ws:joined_room_participants:${rooms[0].id}`)).sort().join() === 'ann,cid', 'Redis');
    assert.deepEqual((await stage.redis.command('SMEMBERS', 'ws:online_users')).sort(),
      ['ann', 'cid']);
    assert.deepEqual((await stage.redis.command('SMEMBERS', `ws:room_participants:${rooms[0].id}`)).sort(),
      ['ann', 'bob', 'cid'], 'he still is a member');
  });

  it('see who types, and Redis does', async () => {
    const room = await stage.createRoom();
    const ann = await register(stage.nativeClient('Ann'));
    const bob = stage.stockClient('Bob');
    await ann.call('joinRoom', { roomId: room.id, ...ann.identity });
    await bob.join(room);
    ann.tell('typing', { roomId: room.id, userId: 'ann', content: 'hel' });
    assert.deepEqual(await bob.next('typing'),
      { roomId: room.id, userId: 'ann', username: 'Ann', isTyping: true });
    await eventually(async () => await stage.redis.command('GET', `typing:${room.id}:ann`) === '1',
      'the key');
    assert.ok(await stage.redis.command('TTL', `typing:${room.id}:ann`) <= 10);
    ann.tell('typing', { roomId: room.id, userId: 'ann', content: '' });
    assert.equal((await bob.next('typing')).isTyping, false);
    await eventually(async () => await stage.redis.command('EXISTS', `typing:${room.id}:ann`) === 0,
      'the key to go');
  });

  it('are counted', async () => {
    const open = await stage.createRoom({ kind: 'space' });
    const hidden = await stage.createRoom({ kind: 'space', isPrivate: true });
    const before = await stage.server.get('/api/stats');
    await stage.createRoom({ kind: 'space' });
    const after_ = await stage.server.get('/api/stats');
    assert.equal(after_.totalSpaces, before.totalSpaces + 1);
    assert.equal(after_.totalRooms, before.totalRooms + 1);
    for (const [i, space] of [open, open, hidden].entries()) {
      const person = stage.nativeClient(`P${i}`);
      assert.equal((await person.call('join-space', { spaceId: space.id, ...person.identity })).success,
        true);
    }
    const stats = await stage.server.get('/api/stats');
    assert.deepEqual(stats.spacesWithUsers, [{ spaceId: open.id, userCount: 2 }]);
    assert.equal(stats.totalUsers, 3);
  });
});
