// Tokens and stock clients: who is let in, what a refusal looks like, what a token's end looks like,
// and who may recover a connection.
import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';

import { request } from '../support/http.mjs';
import { Stage, TRANSPORTS } from '../support/stage.mjs';

const SECRET = 'a secret of more than thirty-two bytes';
const soon = (seconds) => Date.now() / 1_000 + seconds;
const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

function token(claims, secret = SECRET) {
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

const ANN = { sub: 'ann', name: 'Ann' };
const BOB = { sub: 'bob', name: 'Bob' };

describe('with tokens', { timeout: 60_000 }, () => {
  const keys = mkdtempSync(join(tmpdir(), 'atrium-keys-'));
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(join(keys, 'ec.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
  const stage = new Stage({
    AUTH_MODE: 'jwt',
    AUTH_JWT_SECRET: SECRET,
    AUTH_JWT_KEYS: `ec:ES256:${join(keys, 'ec.pem')}`,
  });
  let room;

  before(async () => {
    await stage.open();
    const made = await request(`${stage.server.url}/api/rooms`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${token({ sub: 'teacher' })}`,
      },
      body: JSON.stringify({ name: 'Maths' }),
    });
    assert.equal(made.status, 201, made.body);
    room = JSON.parse(made.body).room;
    assert.equal(room.createdBy, 'teacher');
  });
  after(async () => {
    await stage.close();
    rmSync(keys, { recursive: true });
  });
  afterEach(() => stage.clear());

  for (const [how, options] of Object.entries(TRANSPORTS)) {
    it(`a stock client comes in by ${how}`, async () => {
      const ann = stage.stockClient('Ann', { ...options, auth: { token: token(ANN) } });
      const { success, userId, participants } = await ann.call('join', { roomId: room.id });
      assert.equal(success, true);
      assert.equal(userId, 'ann');
      assert.equal(participants[0].username, 'Ann');
    });

    it(`a stock client without a good token is told so by ${how}`, async () => {
      for (const auth of [{}, { token: 'garbage' }, { token: token(ANN, 'guess') },
        { token: token({ ...ANN, exp: soon(-1) }) }]) {
        const eve = stage.stockClient('Eve', { ...options, auth, reconnection: false });
        const error = await eve.next('connect_error');
        assert.equal(error.data.code, 'unauthorized');
        assert.equal(error.data.success, false);
        assert.equal(error.data.error, error.message);
        assert.equal(eve.socket.connected, false);
      }
    });

    it(`a stock client is sent away by ${how} when its token ends`, async () => {
      const ann = stage.stockClient('Ann',
        { ...options, auth: { token: token({ ...ANN, exp: soon(3) }) } });
      assert.equal((await ann.call('join', { roomId: room.id })).success, true);
      const why = await ann.next('error');
      assert.deepEqual([why.code, why.message], ['unauthorized', 'the token has expired']);
      assert.equal(await ann.next('disconnect'), 'io server disconnect');
      assert.equal(ann.socket.active, false);
    });
  }

  it('a client that got a good token after a refusal comes in', async () => {
    const ann = stage.stockClient('Ann', { auth: {} });
    await ann.next('connect_error');
    ann.socket.auth = { token: token(ANN) };
    ann.socket.connect();
    await ann.connected();
  });

  it('an ES256 token of node is good', async () => {
    const text = `${part({ alg: 'ES256', kid: 'ec' })}.${part(BOB)}`;
    const made = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    const bob = stage.stockClient('Bob',
      { auth: { token: `${text}.${made.toString('base64url')}` } });
    assert.equal((await bob.call('join', { roomId: room.id })).userId, 'bob');
  });

  it('a polling session goes on with a newer token', async () => {
    const raw = await stage.pollingSession();
    await raw.connect({ token: token({ ...ANN, exp: soon(1) }) });
    await raw.pollUntil((packet) => packet === '41');
    await raw.connect({ token: token(ANN) });
    const { result } = await raw.call(1, 'join', { roomId: room.id });
    assert.equal(result.success, true);
  });

  it('a newer token, shown with a join, keeps a connection', async () => {
    const raw = stage.rawWebSocket();
    await raw.connect({ token: token({ ...ANN, exp: soon(1) }) });
    const joined = (more) => raw.call(1, 'join', { roomId: room.id, token: token(more) });
    assert.equal((await joined({ ...BOB })).code, 'identity_mismatch');
    assert.equal((await joined({ ...ANN, exp: soon(-1) })).code, 'unauthorized');
    const end = soon(2.5);
    assert.equal((await joined({ ...ANN, exp: end })).success, true);
    assert.equal(await raw.closed(), 4401);
    assert.ok(Date.now() / 1_000 >= end, 'not before the newer one has expired');
  });

  it('a WebSocket says good-bye and closes with 4401', async () => {
    const raw = stage.rawWebSocket();
    await raw.connect({ token: token({ ...ANN, exp: soon(1) }) });
    await raw.text('41');
    assert.equal(await raw.closed(), 4401);
  });

  describe('a recovery id', () => {
    const asked = (claims, more) => ({ recovery: true, token: token(claims), ...more });

    async function lostConnection(claims = ANN) {
      const ann = stage.rawWebSocket();
      const { pid, sid } = await ann.connect(asked(claims));
      await ann.call(1, 'join', { roomId: room.id });
      const posted = ann.text('42["chat:message"');
      await ann.call(2, 'chat:message', { roomId: room.id, message: 'seen' });
      const offset = JSON.parse((await posted).slice(2)).at(-1);
      return { ann, pid, sid, offset };
    }
    const lose = async ({ ann, ...rest }) => {
      ann.abandon();
      await ann.closed();
      return rest;
    };

    it('brings the same user back with a newer token', async () => {
      const { pid, sid, offset } = await lose(await lostConnection());
      const back = stage.rawWebSocket();
      const answer = await back.connect(asked({ ...ANN, exp: soon(3_600) }, { pid, offset }));
      assert.equal(answer.sid, sid);
      assert.equal(answer.pid, pid);
    });

    it('brings back a client that was sent away meanwhile, and it stays', async () => {
      const { pid, sid, offset } = await lose(await lostConnection());
      const raw = await stage.pollingSession();
      await raw.connect({ token: token({ ...ANN, exp: soon(1) }) });
      await raw.pollUntil((packet) => packet === '41');
      assert.equal(await raw.connect(asked(ANN, { pid, offset })), sid);
      // Who is sent away is hung up on after two seconds.
      const clock = stage.rawWebSocket();
      await clock.connect({ token: token({ ...BOB, exp: soon(3) }) });
      assert.equal(await clock.closed(), 4401);
      const said = { roomId: room.id, message: 'still here' };
      const { result } = await raw.call(1, 'chat:message', said);
      assert.equal(result.success, true);
    });

    it('brings nobody else anything', async () => {
      const { pid, sid, offset } = await lose(await lostConnection());
      const bob = stage.rawWebSocket();
      const answer = await bob.connect(asked(BOB, { pid, offset }));
      assert.notEqual(answer.sid, sid);
      assert.notEqual(answer.pid, pid);
      const { code } = await bob.call(1, 'chat:message', { roomId: room.id, message: 'x' });
      assert.equal(code, 'not_in_room');
    });

    it('does not do without a token', async () => {
      const { pid, offset } = await lose(await lostConnection());
      for (const auth of [{ pid, offset }, { pid, offset, token: token({ ...ANN, exp: 1 }) }]) {
        const raw = stage.rawWebSocket();
        await raw.opened();
        raw.send(`40${JSON.stringify(auth)}`);
        assert.match(await raw.text('44'), /"code":"unauthorized"/);
      }
    });

    it('does not open a room that the newer token does not open', async () => {
      const { pid, sid, offset } = await lose(await lostConnection());
      const back = stage.rawWebSocket();
      const answer = await back.connect(asked({ ...ANN, rooms: ['other'] }, { pid, offset }));
      assert.notEqual(answer.sid, sid);
      const { code } = await back.call(1, 'chat:message', { roomId: room.id, message: 'x' });
      assert.equal(code, 'not_in_room');
    });

    it('ends with the token', async () => {
      const { ann, pid, sid, offset } = await lostConnection({ ...ANN, exp: soon(1.5) });
      assert.equal(await ann.closed(), 4401);
      const back = stage.rawWebSocket();
      const answer = await back.connect(asked(ANN, { pid, offset }));
      assert.notEqual(answer.sid, sid);
    });
  });
});
