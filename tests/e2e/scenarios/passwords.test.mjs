// Rooms with a password, by every way in; who guesses is kept out; nobody else waits for the hashing.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { request } from '../support/http.mjs';
import { Stage } from '../support/stage.mjs';

const PASSWORD = 'correct horse „battery“ staple';

/** Status and JSON of a GET. */
async function look(stage, path, headers = {}) {
  const answer = await request(`${stage.server.url}${path}`, { headers });
  return { status: answer.status, ...JSON.parse(answer.body) };
}

const withPassword = (password) => ({ 'x-room-password': Buffer.from(password).toString('latin1') });

describe('a room with a password', { timeout: 120_000 }, () => {
  const stage = new Stage({ LIMITS_JOIN_FAILURES_PER_MINUTE: 0, ADMIN_TOKEN: 'operators',
    LIMITS_EVENTS_PER_SECOND: 0 }, { redis: true });
  let room;

  before(() => stage.open());
  after(() => stage.close());
  afterEach(() => stage.clear());

  it('lets in who knows it, natively and with the stock client', async () => {
    room = await stage.createRoom({ password: PASSWORD });
    assert.equal(room.hasPassword, true);
    assert.equal((await stage.createRoom()).hasPassword, false);
    for (const person of [stage.nativeClient('Ann'), stage.stockClient('Bob')]) {
      for (const password of [undefined, '', 'wrong', PASSWORD.toUpperCase(), `${PASSWORD} `]) {
        const refused = await person.join(room, { password });
        assert.equal(refused.success, false);
        assert.equal(refused.code, password === '' ? refused.code : 'wrong_password');
      }
      assert.equal((await person.say(room, 'let me in')).code, 'not_in_room');
      assert.equal(person.got('chat:history').length, 0);
      const joined = await person.join(room, { password: PASSWORD });
      assert.equal(joined.success, true, joined.error);
      assert.equal(joined.room.hasPassword, true);
      assert.equal((await person.say(room, 'secret words')).success, true);
      assert.equal((await person.join(room)).success, true, 'who is in need not say it again');
    }
    await stage.server.restart();
    const carl = stage.nativeClient('Carl');
    assert.equal((await carl.join(room, { password: 'wrong' })).code, 'wrong_password');
    assert.equal((await carl.join(room, { password: PASSWORD })).success, true, 'after a restart');
    const dora = stage.nativeClient('Dora');
    for (const password of [undefined, 'wrong']) {
      const refused = await dora.call('joinRoom', { roomId: room.id, ...dora.identity, password });
      assert.equal(refused.code, 'wrong_password');
    }
    const letIn = await dora.call('joinRoom', { roomId: room.id, ...dora.identity, password: PASSWORD });
    assert.equal(letIn.success, true, letIn.error);
  });

  it('shows what is in it to who knows it, and to operators', async () => {
    const paths = ['messages', 'messages?q=secret', 'messages/export?format=csv', 'whiteboard',
      'participants', 'stats'].map((path) => `/api/rooms/${room.id}/${path}`);
    for (const path of paths) {
      for (const headers of [{}, withPassword('wrong')]) {
        const refused = await look(stage, path, headers);
        assert.equal(refused.status, 401, path);
        assert.equal(refused.code, 'wrong_password', path);
      }
      for (const headers of [{ 'x-room-password': PASSWORD.replace(/[„“]/g, '') },
        { 'x-room-password': encodeURIComponent(PASSWORD) }])
        assert.equal((await request(`${stage.server.url}${path}`, { headers })).status, 401, path);
      const known = await request(`${stage.server.url}${path}`, { headers: withPassword(PASSWORD) });
      assert.equal(known.status, 200, `${path} ${known.body}`);
      const operator = await request(`${stage.server.url}${path}`,
        { headers: { authorization: 'Bearer operators' } });
      assert.equal(operator.status, 200, path);
    }
  });

  it('says nowhere what it is', async () => {
    const hash = await stage.redis.command('HGETALL', `room:${room.id}`);
    const stored = hash[hash.indexOf('passwordHash') + 1];
    assert.ok(stored.startsWith('$argon2id$'), stored);
    const answer = JSON.stringify(await stage.server.get(`/api/rooms/${room.id}`));
    const listed = JSON.stringify(await stage.server.get('/api/rooms'));
    for (const text of [hash.join(), answer, listed]) assert.ok(!text.includes('horse'));
    for (const text of [answer, listed]) assert.ok(!/argon2|passwordHash/.test(text));
  });

  it('is not listed when it is private', async () => {
    const hidden = await stage.createRoom({ isPrivate: true, password: PASSWORD });
    const open = await stage.createRoom();
    const { rooms } = await stage.server.get('/api/rooms?limit=200');
    assert.ok(rooms.some(({ id }) => id === open.id));
    assert.ok(rooms.every(({ id }) => id !== hidden.id));
    const stats = JSON.stringify(await stage.server.get('/api/stats'));
    assert.ok(!stats.includes(hidden.id));
  });

  it('holds up nobody else while thirty come in and thirty guess', async () => {
    const other = await stage.createRoom();
    const [ann, bob] = [stage.nativeClient('Ann'), stage.stockClient('Bob')];
    await ann.join(other);
    await bob.join(other);
    const people = Array.from({ length: 60 }, (_, i) => stage.nativeClient(`P${i}`));
    for (const person of people) await person.connected();
    let isOver = false;
    const joined = Promise.all(people.map((person, i) => person.join(room,
      { password: i < 30 ? PASSWORD : `guess ${i}` }))).finally(() => { isOver = true; });
    const took = [];
    while (!isOver) {
      const begin = performance.now();
      const { message } = await ann.say(other, 'still here');
      await bob.next('chat:message', (m) => m.id === message.id);
      took.push(performance.now() - begin);
    }
    const results = await joined;
    assert.ok(results.slice(0, 30).every(({ success }) => success), JSON.stringify(results[0]));
    assert.ok(results.slice(30).every(({ code }) => code === 'wrong_password'));
    took.sort((a, b) => a - b);
    // Hashing takes some 50 ms each; a room that waited for it would show it.
    const [median, worst] = [took[took.length >> 1], took.at(-1)];
    assert.ok(took.length > 30 && median < 40, `${took.length} messages, median ${median} ms`);
    assert.ok(worst < 1_000, `the slowest took ${worst} ms`);
  });
});

describe('who guesses', { timeout: 120_000 }, () => {
  const stage = new Stage({ LIMITS_JOIN_FAILURES_PER_MINUTE: 6 });

  before(() => stage.open());
  after(() => stage.close());
  afterEach(() => stage.clear());

  it('is kept out of every room that the address is not in, by every way', async () => {
    const own = await stage.createRoom();
    const locked = await stage.createRoom({ password: PASSWORD });
    const ann = stage.nativeClient('Ann');
    const bob = stage.stockClient('Bob');
    await ann.join(own);
    for (let i = 0; i < 2; ++i) {
      const refused = await look(stage, `/api/rooms/${locked.id}/messages`, withPassword(`wrong ${i}`));
      assert.equal(refused.status, 401);
      assert.equal((await bob.join(locked, { password: `guess ${i}` })).code, 'wrong_password');
    }
    assert.equal((await look(stage, '/api/rooms/999999')).status, 404);
    const dora = stage.nativeClient('Dora');
    assert.equal((await dora.call('joinRoom', { roomId: locked.id, ...dora.identity,
      password: 'guess' })).code, 'wrong_password');
    const late = await bob.join(locked, { password: PASSWORD });
    assert.equal(late.code, 'rate_limited', 'even with the right one');
    assert.ok(late.retryAfterMs > 0 && late.retryAfterMs <= 60_000, JSON.stringify(late));
    const refused = await request(`${stage.server.url}/api/rooms/${locked.id}/messages`,
      { headers: withPassword(PASSWORD) });
    assert.equal(refused.status, 429);
    assert.ok(Number(refused.headers['retry-after']) > 0);
    assert.equal((await look(stage, '/api/rooms/123456')).status, 429);
    assert.equal((await bob.join(own)).success, true, 'the address is in there already');
    assert.equal((await ann.say(own, 'going on')).success, true);
    assert.equal((await look(stage, `/api/rooms/${own.id}/messages`)).count, 1);
  });
});
