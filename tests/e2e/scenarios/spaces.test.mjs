// Spaces with stock and native clients: where people stand, how they move, who is a ghost, and what
// Redis shows of it (contract §3, "Spaces").
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { Stage } from '../support/stage.mjs';
import { eventually } from '../support/waiting.mjs';

const distance = (a, b) => Math.hypot(a.x - b.x, a.y - b.y);

describe('a space', { timeout: 120_000 }, () => {
  const stage = new Stage({ SPACES_GRACE_MS: 2_500, SPACES_SWEEP_MS: 500 }, { redis: true });

  before(() => stage.open());
  after(() => stage.close());
  afterEach(() => stage.clear());

  const createSpace = (fields = {}) => stage.createRoom({ kind: 'space', ...fields });

  /** Enters and returns what `space-joined` says. */
  async function enter(person, space, fields = {}) {
    await person.connected();
    const result = await person.call('join-space',
      { spaceId: space.id, ...person.identity, ...fields });
    assert.equal(result.success, true, result.error);
    return person.next('space-joined');
  }

  const stored = async (space, user) => {
    const text = await stage.redis.command('HGET', `space:${space.id}:users`, user);
    return text === null ? null : JSON.parse(text);
  };

  it('is 100 by 100 with its spawn in the middle, unless its creator said otherwise', async () => {
    const usual = await createSpace();
    assert.deepEqual([usual.kind, usual.width, usual.height, usual.spawn],
      ['space', 100, 100, { x: 50, y: 50 }]);
    const own = await createSpace({ width: 3, height: 2, spawn: { x: 0, y: 1 } });
    assert.deepEqual([own.width, own.height, own.spawn], [3, 2, { x: 0, y: 1 }]);
    for (const fields of [{ width: 0 }, { height: 10_001 }, { spawn: { x: 100, y: 1 } },
      { width: 'wide' }, { spawn: { x: -1, y: 0 } }, { spawn: 7 }])
      await assert.rejects(createSpace(fields), JSON.stringify(fields));
  });

  it('puts newcomers on the nearest free cells, each sees the others', async () => {
    const space = await createSpace({ width: 3, height: 3, spawn: { x: 1, y: 1 } });
    const people = [];
    const taken = [];
    for (let i = 0; i < 9; ++i) {
      const person = i % 2 ? stage.stockClient(`P${i}`) : stage.nativeClient(`P${i}`);
      const { spaceId, spawn, users } = await enter(person, space);
      assert.equal(spaceId, space.id);
      assert.deepEqual(users.map(({ userId }) => userId), people.map((p) => p.name.toLowerCase()));
      users.forEach(({ x, y, status }, at) => {
        assert.deepEqual({ x, y }, taken[at]);
        assert.equal(status, 'online');
      });
      const free = [0, 1, 2].flatMap((x) => [0, 1, 2].map((y) => ({ x, y })))
        .filter((cell) => !taken.some((t) => t.x === cell.x && t.y === cell.y));
      const nearest = Math.min(...free.map((cell) => distance(cell, space.spawn)));
      assert.ok(free.some((cell) => distance(cell, spawn) === 0), 'a free cell');
      assert.equal(distance(spawn, space.spawn), nearest);
      taken.push(spawn);
      for (const other of people) {
        const told = await other.next('user-joined-space', (e) => e.userId === `p${i}`);
        assert.deepEqual(told, { spaceId: space.id, userId: `p${i}`, username: `P${i}`, ...spawn });
      }
      people.push(person);
    }
    const late = stage.nativeClient('Late');
    assert.deepEqual((await enter(late, space)).spawn, space.spawn, 'it is full of people');
  });

  it('passes moves on, and says where one stands who went too far', async () => {
    const space = await createSpace();
    const [ann, bob] = [stage.nativeClient('Ann'), stage.stockClient('Bob')];
    const { spawn } = await enter(ann, space);
    await enter(bob, space);
    assert.equal((await ann.call('move', { spaceId: space.id, x: 10.25, y: 99.5 })).success, true);
    assert.deepEqual(await bob.next('user-moved'),
      { spaceId: space.id, userId: 'ann', x: 10.25, y: 99.5 });
    bob.tell('move', { x: 0, y: 0 });
    assert.deepEqual(await ann.next('user-moved'), { spaceId: space.id, userId: 'bob', x: 0, y: 0 });
    for (const [x, y] of [[100, 1], [1, 100], [-0.001, 1], [1e308 * 10, 1], [null, 1]]) {
      ann.tell('move', { spaceId: space.id, x, y });
      assert.deepEqual(await ann.next('movement-rejected'), { spaceId: space.id, x: 10.25, y: 99.5 });
    }
    assert.deepEqual(ann.got('error'), []);
    ann.tell('move', { spaceId: space.id, x: 'far', y: 1 });
    assert.equal((await ann.next('error')).code, 'bad_request');
    await ann.call('leave-space', { spaceId: space.id });
    assert.equal((await ann.call('move', { spaceId: space.id, x: 1, y: 1 })).code, 'not_in_room');
    assert.deepEqual(await bob.next('user-left-space'), { spaceId: space.id, userId: 'ann' });
    assert.equal(bob.got('movement-rejected').length, 0);
    assert.ok(distance(spawn, space.spawn) === 0);
  });

  it('coalesces moves to thirty a second and ends with the last', async () => {
    const space = await createSpace();
    const [ann, bob] = [stage.nativeClient('Ann'), stage.nativeClient('Bob')];
    await enter(ann, space);
    await enter(bob, space);
    const begin = performance.now();
    for (let i = 0; i < 900; ++i) {
      ann.tell('move', { spaceId: space.id, x: i / 10, y: 5 });
      if (i % 9 === 8) await new Promise((resolve) => { setTimeout(resolve, 5); });
    }
    await bob.next('user-moved', ({ x }) => x === 89.9);
    const seconds = (performance.now() - begin) / 1_000;
    const moves = bob.got('user-moved');
    assert.ok(moves.length <= seconds * 30 + 2, `${moves.length} moves in ${seconds} s`);
    assert.ok(moves.length >= seconds * 8, `${moves.length} moves in ${seconds} s`);
    assert.deepEqual(ann.got('error'), [], 'moves are never refused');
  });

  it('keeps the place of a ghost for its time', async () => {
    const space = await createSpace();
    const [ann, bob] = [stage.nativeClient('Ann'), stage.stockClient('Bob')];
    await enter(ann, space);
    await enter(bob, space);
    await ann.call('move', { spaceId: space.id, x: 7, y: 8 });
    ann.leaveTheServer();
    assert.deepEqual(await bob.next('user-away-space'), { spaceId: space.id, userId: 'ann' });
    const cid = stage.nativeClient('Cid');
    const { users } = await enter(cid, space);
    assert.deepEqual(users.find(({ userId }) => userId === 'ann'),
      { userId: 'ann', username: 'Ann', x: 7, y: 8, status: 'away' });
    const back = stage.stockClient('Ann');
    assert.deepEqual((await enter(back, space)).spawn, { x: 7, y: 8 });
    assert.deepEqual(await bob.next('user-joined-space', ({ userId }) => userId === 'ann'),
      { spaceId: space.id, userId: 'ann', username: 'Ann', x: 7, y: 8, returned: true });
    assert.equal(bob.got('user-left-space').length, 0);
    back.leaveTheServer();
    await bob.next('user-away-space');
    assert.deepEqual(await bob.next('user-left-space'), { spaceId: space.id, userId: 'ann' });
    await eventually(async () => await stored(space, 'ann') === null, 'her entry in Redis to go');
  });

  it('is in Redis, and ghosts come back from there after a crash', async () => {
    const space = await createSpace();
    const [ann, bob] = [stage.nativeClient('Ann'), stage.stockClient('Bob')];
    await enter(ann, space);
    await enter(bob, space);
    await ann.call('move', { spaceId: space.id, x: 1.5, y: 2.5 });
    const entry = await eventually(async () => {
      const found = await stored(space, 'ann');
      return found?.x === 1.5 ? found : undefined;
    }, 'the move in Redis');
    assert.deepEqual(Object.keys(entry).sort(),
      ['connectionId', 'lastUpdated', 'username', 'x', 'y']);
    assert.equal(entry.y, 2.5);
    assert.equal(entry.username, 'Ann');
    assert.ok(Math.abs(entry.lastUpdated - Date.now()) < 5_000);
    const ttl = await stage.redis.command('TTL', `space:${space.id}:users`);
    assert.ok(ttl > 3_500 && ttl <= 3_600, `${ttl} s`);
    await stage.server.kill();
    await stage.server.start();
    const cid = stage.nativeClient('Cid');
    const { users } = await enter(cid, space);
    assert.deepEqual(users.map(({ userId, status }) => [userId, status]).sort(),
      [['ann', 'away'], ['bob', 'away']]);
    const back = stage.nativeClient('Ann');
    assert.deepEqual((await enter(back, space)).spawn, { x: 1.5, y: 2.5 });
    await cid.next('user-left-space', ({ userId }) => userId === 'bob');
  });

  it('has words of its own, and only a space has them', async () => {
    const room = await stage.createRoom();
    const ann = stage.nativeClient('Ann');
    const refused = await ann.call('join-space', { spaceId: room.id, ...ann.identity });
    assert.equal(refused.success, false);
    assert.equal(refused.code, 'bad_request');
    const unknown = await ann.call('join-space', { spaceId: '999999', ...ann.identity });
    assert.equal(unknown.code, 'room_not_found');
  });

  it('is one room for three vocabularies', async () => {
    const space = await createSpace();
    const walker = stage.nativeClient('Walker');
    const guest = stage.stockClient('Guest');
    const mate = stage.nativeClient('Mate');
    await enter(walker, space);
    const joined = await guest.join(space);
    assert.ok(joined.participants.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y)),
      JSON.stringify(joined.participants));
    assert.equal((await mate.call('joinRoom', { roomId: space.id, ...mate.identity })).success, true);
    await walker.next('user-joined-space', ({ userId }) => userId === 'guest');
    await walker.next('user-joined-space', ({ userId }) => userId === 'mate');
    await guest.next('presence:update', ({ count }) => count === 3);

    await walker.say(space, 'from the walker');
    assert.equal((await guest.next('chat:message')).message, 'from the walker');
    assert.equal((await mate.next('message')).content, 'from the walker');
    assert.equal((await walker.next('chat:message')).message, 'from the walker');
    mate.tell('message', { roomId: space.id, ...mate.identity, content: 'from the mate' });
    assert.equal((await guest.next('chat:message')).message, 'from the mate');
    assert.equal((await walker.next('chat:message')).message, 'from the mate');
    await walker.call('move', { x: 3, y: 4 });
    await guest.next('presence:update', ({ participants }) =>
      participants.some(({ userId, x, y }) => userId === 'walker' && x === 3 && y === 4));
    guest.leaveTheServer();
    await walker.next('user-away-space', ({ userId }) => userId === 'guest');
    await mate.next('userOffline', ({ userId, roomId }) => userId === 'guest' && roomId === space.id);
    for (const [person, foreign] of [
      [walker, ['presence:update', 'message', 'userOffline', 'joinedRoom']],
      [mate, ['presence:update', 'presence:delta', 'chat:message', 'user-joined-space', 'user-moved',
        'user-away-space', 'space-joined']],
      [guest, ['message', 'user-joined-space', 'user-moved', 'user-away-space', 'userOffline']]])
      for (const event of foreign)
        assert.deepEqual(person.got(event), [], `${person.name} got ${event}`);
  });
});
