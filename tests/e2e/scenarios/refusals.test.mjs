// What /socket.io/ answers to requests that it cannot take: the codes of Engine.IO 4, two requests
// at once where one is allowed, payloads over the limit, a server that is going away.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { TcpForwarder } from '../support/forwarders.mjs';
import { request } from '../support/http.mjs';
import { Stage } from '../support/stage.mjs';
import { once } from '../support/waiting.mjs';

const LIMIT = 100_000;

describe('/socket.io/', { timeout: 60_000 }, () => {
  const stage = new Stage({ LIMITS_PAYLOAD_BYTES: LIMIT });

  before(() => stage.open());
  after(() => stage.close());
  afterEach(() => stage.clear());

  const ask = (query, options) => request(`${stage.server.url}/socket.io/${query}`, options);

  function assertRefused(answer, code, message) {
    assert.equal(answer.status, 400, answer.body);
    assert.match(answer.headers['content-type'], /^application\/json/);
    assert.deepEqual(JSON.parse(answer.body), { code, message });
  }

  it('opens a session with exactly what a client needs to know', async () => {
    const answer = await ask('?EIO=4&transport=polling');
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['content-type'].toLowerCase(), 'text/plain; charset=utf-8');
    assert.equal(answer.headers['cache-control'], 'no-store');
    const open = JSON.parse(answer.body.slice(1));
    assert.match(open.sid, /^[A-Za-z0-9_-]{20,}$/);
    assert.deepEqual(open, { sid: open.sid, upgrades: ['websocket'], pingInterval: 25_000,
      pingTimeout: 20_000, maxPayload: LIMIT });
    const extras = await ask('?EIO=4&transport=polling&t=x&b64=1&own=7');
    const another = JSON.parse(extras.body.slice(1));
    assert.notEqual(another.sid, open.sid);

    const raw = stage.rawWebSocket();
    await raw.connect();
    assert.deepEqual(raw.open.upgrades, []);
  });

  it('refuses by code what is no request of the protocol', async () => {
    const { sid } = await stage.pollingSession();
    const body = '40';
    assertRefused(await ask('?EIO=4'), 0, 'Transport unknown');
    assertRefused(await ask('?EIO=4&transport=carrier-pigeon'), 0, 'Transport unknown');
    assertRefused(await ask(`?EIO=4&transport=constructor&sid=${sid}`), 0, 'Transport unknown');
    assertRefused(await ask('?EIO=4&transport=polling&sid=abcdefghijklmnopqrst'), 1,
      'Session ID unknown');
    assertRefused(await ask('?EIO=4&transport=polling&sid=__proto__', { method: 'POST', body }), 1,
      'Session ID unknown');
    assertRefused(await ask('?EIO=4&transport=polling', { method: 'POST', body }), 2,
      'Bad handshake method');
    assertRefused(await ask('?EIO=4&transport=websocket'), 3, 'Bad request');
    assertRefused(await ask(`?EIO=4&transport=websocket&sid=${sid}`), 3, 'Bad request');
    assertRefused(await ask('?EIO=3&transport=polling'), 5, 'Unsupported protocol version');
    assertRefused(await ask('?transport=polling'), 5, 'Unsupported protocol version');
    const wrongMethod = await ask(`?EIO=4&transport=polling&sid=${sid}`, { method: 'DELETE' });
    assert.ok([400, 405].includes(wrongMethod.status), `${wrongMethod.status}`);
  });

  it('refuses upgrades of the same kinds before they are made', async () => {
    const session = await stage.pollingSession();
    const queries = ['EIO=3&transport=websocket', 'transport=websocket', 'EIO=4&transport=polling',
      'EIO=4&transport=pigeon', 'EIO=4&transport=websocket&sid=abcdefghijklmnopqrst'];
    for (const query of queries) {
      const answer = await ask(`?${query}`, { headers: {
        connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      } });
      assert.equal(answer.status, 400, query);
    }
    await session.connect();
  });

  it('lets only one poll be held, and ends the session over a second one', async () => {
    const session = await stage.pollingSession();
    await session.connect();
    const answers = await Promise.all([session.get(), session.get()]);
    const [first, second] = answers.sort((a, b) => a.status - b.status);
    assert.deepEqual([first.status, first.body], [200, '1']);
    assert.equal(second.status, 400);
    assert.ok(await session.isGone());
  });

  it('takes a payload of the limit, and refuses one byte more', async () => {
    const session = await stage.pollingSession();
    await session.connect();
    const packet = (bytes) => `42["x","${'y'.repeat(bytes - '42["x",""]'.length)}"]`;
    assert.equal((await session.post(packet(LIMIT))).status, 200);
    const answer = await session.post(packet(LIMIT + 1));
    assert.equal(answer.status, 413);

    const raw = stage.rawWebSocket();
    await raw.connect();
    raw.send(packet(LIMIT));
    await raw.text('42["error"');
    raw.send(packet(LIMIT + 1));
    assert.equal(await raw.closed(), 1009);
  });

  it('lets the stock client see that it said too much, and come back', async () => {
    for (const transport of ['polling', 'websocket']) {
      const room = await stage.createRoom();
      const ann = stage.stockClient('Ann', { transports: [transport], reconnectionDelay: 50 });
      await ann.join(room);
      ann.tell('whiteboard-change', { roomId: room.id, elements: ['x'.repeat(LIMIT)] });
      await ann.next('disconnect');
      const again = once(ann.socket, 'connect');
      await again;
      assert.equal((await ann.join(room)).success, true);
      ann.leaveTheServer();
    }
  });

  it('answers several packets of one POST in order, before the next GET is', async () => {
    const session = await stage.pollingSession();
    const room = await stage.createRoom();
    await session.connect();
    await session.post(`421["join",{"roomId":"${room.id}","userId":"u","username":"U"}]`,
      `422["chat:message",{"roomId":"${room.id}","message":"a"}]`,
      `423["chat:message",{"roomId":"${room.id}","message":"b"}]`);
    const came = await session.pollUntil((packet) => packet.startsWith('433['));
    const kinds = came.map((packet) => packet.match(/^4\d+(\["[^"]+")?/)[0]);
    for (const kind of ['431', '432', '433', '42["chat:history"', '42["whiteboard:state"']) {
      assert.equal(kinds.filter((k) => k === kind).length, 1, kind);
    }
    assert.equal(kinds.filter((k) => k === '42["chat:message"').length, 2);
    const answers = kinds.filter((k) => !k.includes('"presence:') && !k.includes('"chat:message'));
    assert.deepEqual(answers, ['42["chat:history"', '42["whiteboard:state"', '431', '432', '433']);
  });

  it('tells polling clients that the server goes away', async () => {
    const line = await stage.with(new TcpForwarder(stage.server.port));
    const session = await stage.pollingSession({ url: line.url });
    await session.connect();
    const held = session.get();
    await line.atRest();
    await session.post('3');
    const [answer] = await Promise.all([held, stage.server.restart()]);
    assert.equal(answer.status, 200);
    assert.ok(answer.body.includes('server:shutdown') || answer.body.endsWith('1'), answer.body);
    assert.ok(await session.isGone());
  });
});
