// Who is present when the server or Redis was gone. A killed server comes back with nobody present and
// says so to Redis, in rooms that nobody asks for as well; people who come back are there again. A
// Redis that comes back, empty or not, is told who is present. When everybody has gone nothing of them
// is left.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { Stage } from '../support/stage.mjs';
import { eventually } from '../support/waiting.mjs';

const PEOPLE = ['Ann', 'Bob', 'Cid'];
const names = PEOPLE.map((name) => name.toLowerCase());

describe('who is present', { timeout: 120_000 }, () => {
  const stage = new Stage({ ROOMS_GRACE_MS: 300, SPACES_GRACE_MS: 600, SPACES_SWEEP_MS: 200,
    ROOMS_IDLE_MS: 300, REDIS_RETRY_MAX_MS: 100 }, { redis: { appendfsync: 'everysec' } });

  before(() => stage.open());
  after(() => stage.close());
  afterEach(() => stage.clear());

  const members = async (key) => (await stage.redis.command('SMEMBERS', key)).sort();
  const fields = async (key) => (await stage.redis.command('HKEYS', key)).sort();

  /** What Redis says about who is present. */
  async function told(room, space) {
    return {
      room: await fields(`room:${room.id}:participants`),
      count: await stage.redis.command('HGET', `room:${room.id}`, 'participantCount'),
      space: await fields(`space:${space.id}:users`),
      joined: await members(`ws:joined_room_participants:${room.id}`),
      online: await members('ws:online_users'),
      clients: await fields('ws:clients'),
    };
  }

  const everybody = { room: names, count: '3', space: names, joined: names, online: names,
    clients: names };

  async function enter(room, space) {
    for (const name of PEOPLE) {
      const person = name === 'Bob' ? stage.stockClient(name) : stage.nativeClient(name);
      await person.connected();
      for (const result of [
        await person.call('register', person.identity),
        await person.call('joinRoom', { roomId: room.id, ...person.identity }),
        await person.call('join-space', { spaceId: space.id, ...person.identity })])
        assert.equal(result.success, true, result.error);
    }
  }

  async function eventuallyTold(room, space, wanted, what) {
    let last;
    await eventually(async () => {
      last = await told(room, space);
      assert.deepEqual(last, wanted);
      return true;
    }, what).catch((error) => { throw new Error(`${error.message}: ${JSON.stringify(last)}`); });
  }

  async function places() {
    const room = await stage.createRoom();
    const space = await stage.createRoom({ kind: 'space' });
    await enter(room, space);
    await eventuallyTold(room, space, everybody, 'Redis to name everybody');
    return { room, space };
  }

  it('is nobody after kill -9, but for ghosts, and Redis is told', async () => {
    const { room, space } = await places();
    await stage.server.kill();
    await stage.clear();
    assert.deepEqual(await told(room, space), everybody, 'nobody could say goodbye');
    await stage.server.start();
    await eventuallyTold(room, space,
      { room: [], count: '0', space: names, joined: [], online: [], clients: [] },
      'Redis to name nobody, though nobody asked for the room');
    const { participants } = await stage.server.get(`/api/rooms/${room.id}/participants`);
    assert.deepEqual(participants, []);
    assert.equal((await stage.server.get(`/api/rooms/${room.id}`)).room.participantCount, 0);
    await enter(room, space);
    await eventuallyTold(room, space, everybody, 'Redis to name those who came back');
  });

  it('is nobody after a clean restart', async () => {
    const { room, space } = await places();
    await stage.server.stop();
    const left = await told(room, space);
    assert.deepEqual({ ...left, space: [] },
      { room: [], count: '0', space: [], joined: [], online: [], clients: [] });
    await stage.server.start();
  });

  for (const empty of [false, true]) {
    it(`is known to a Redis that comes back ${empty ? 'empty' : 'as it was'}`, async () => {
      const { room, space } = await places();
      await stage.redis.kill();
      const late = stage.nativeClient('Dora');
      assert.equal((await late.call('join', { roomId: room.id, ...late.identity })).success, true);
      const { users } = await stage.server.get('/api/users/online');
      assert.deepEqual(users.map(({ userId }) => userId).sort(), [...names, 'dora']);
      await stage.redis.comeBack({ empty });
      const wanted = { ...everybody, room: [...names, 'dora'], count: '4',
        online: [...names, 'dora'], clients: [...names, 'dora'] };
      await eventuallyTold(room, space, wanted, 'Redis to name everybody');
    });
  }

  it('leaves nothing behind when all are gone', async () => {
    const { room, space } = await places();
    await stage.clear();
    await eventuallyTold(room, space,
      { room: [], count: '0', space: [], joined: [], online: [], clients: [] },
      'everybody to be gone');
    for (const key of await stage.redis.keys()) {
      const ttl = await stage.redis.command('TTL', key);
      assert.ok(ttl > 0 || key === 'rooms:active' || ttl === -2, `${key} stays for ever`);
    }
    const known = [/^activity:(ann|bob|cid|dora)$/, /^message:/, /^room:[^:]+$/,
      /^room:[^:]+:(messages|whiteboard)$/, /^room_messages:/, /^room_code:/, /^rooms:active$/,
      /^ws:user_rooms:/, /^ws:room_participants:/, /^ws:offline_messages:/];
    for (const key of await stage.redis.keys())
      assert.ok(known.some((pattern) => pattern.test(key)), `${key} is left`);
  });
});
