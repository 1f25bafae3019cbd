// Clients that don't keep their part: they answer no pings, stop polling, vanish from a held poll,
// or open sessions and never connect. The server ends them in time, the others see them go, and
// their memory comes back. Stock clients live on with the same short deadlines.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { EngineIo } from '../support/engineio.mjs';
import { TcpForwarder } from '../support/forwarders.mjs';
import { pool } from '../support/http.mjs';
import { Stage } from '../support/stage.mjs';
import { eventually, once } from '../support/waiting.mjs';

const INTERVAL_MS = 200;
const TIMEOUT_MS = 600;

describe('heartbeats', { timeout: 60_000 }, () => {
  const stage = new Stage({
    HEARTBEAT_INTERVAL_MS: INTERVAL_MS,
    HEARTBEAT_TIMEOUT_MS: TIMEOUT_MS,
  });
  let room;
  let bob;

  before(() => stage.open());
  after(() => stage.close());
  afterEach(() => stage.clear());

  async function bobIsIn() {
    room = await stage.createRoom();
    bob = stage.nativeClient('Bob');
    await bob.join(room);
  }

  const raws = () => ({ roomId: room.id, userId: 'raw', username: 'Raw' });

  for (const transports of [['polling'], ['websocket']]) {
    it(`keep a stock client by ${transports} alive`, async () => {
      await bobIsIn();
      const ann = stage.stockClient('Ann', { transports });
      await ann.join(room);
      for (let i = 0; i < 5; ++i) await once(ann.socket.io, 'ping', 'a ping');
      assert.equal((await ann.say(room, 'alive')).success, true);
      assert.equal(ann.got('disconnect').length, 0);
    });
  }

  it('end a WebSocket that answers none', async () => {
    await bobIsIn();
    const began = performance.now();
    const raw = stage.rawWebSocket();
    await raw.connect();
    assert.equal(raw.open.pingInterval, INTERVAL_MS);
    assert.equal(raw.open.pingTimeout, TIMEOUT_MS);
    await raw.call(1, 'join', raws());
    await raw.text('2');
    await raw.closed();
    assert.ok(performance.now() - began >= INTERVAL_MS + TIMEOUT_MS, 'not before the time is over');
    await bob.next('presence:update', (p) => p.count === 2);
    await bob.next('presence:update', (p) => p.count === 1);
  });

  it('cost a WebSocket that can come back none of its rooms', async () => {
    await bobIsIn();
    const lost = stage.rawWebSocket();
    const { sid, pid } = await lost.connect({ recovery: true });
    lost.send(`42${JSON.stringify(['join', raws()])}`);
    const offset = JSON.parse((await lost.text('42["whiteboard:state"')).slice(2)).at(-1);
    await lost.closed();
    await bob.next('presence:update', (p) => p.count === 2);
    await bob.next('presence:update', (p) => p.count === 1);
    await bob.say(room, 'missed');

    const back = stage.rawWebSocket();
    back.ws.on('message', (data) => data.toString() === '2' && back.send('3'));
    assert.equal((await back.connect({ pid, offset })).sid, sid);
    const heard = back.inbox.log.map(({ payload }) => payload);
    assert.equal(heard.filter((text) => text.startsWith('42["chat:message"')).length, 1);
    const said = await back.call(1, 'chat:message', { roomId: room.id, message: 'in it' });
    assert.equal(said.success, true);
  });

  it('end a WebSocket that says everything but pong', async () => {
    await bobIsIn();
    const raw = stage.rawWebSocket();
    await raw.connect();
    await raw.call(1, 'join', raws());
    const talking = setInterval(() => raw.send(`42["typing",{"roomId":"${room.id}"}]`), 50);
    try {
      await raw.closed();
    } finally {
      clearInterval(talking);
    }
  });

  it('end a polling session that answers none, and one that stops to poll', async () => {
    await bobIsIn();
    const mute = await stage.pollingSession();
    await mute.connect();
    const packets = [];
    while (!packets.includes('2')) packets.push(...await mute.poll());
    await eventually(() => mute.isGone(), 'the mute session to be ended');

    const absent = await stage.pollingSession();
    await absent.connect();
    await absent.call(1, 'join', raws());
    await bob.next('presence:update', (p) => p.count === 2);
    await bob.next('presence:update', (p) => p.count === 1);
    assert.ok(await absent.isGone());
  });

  it('are held by a poll, which ends with the ping and not before', async () => {
    const session = await stage.pollingSession();
    await session.connect();
    for (let i = 0; i < 3; ++i) {
      assert.deepEqual(await session.poll(), ['2']);
      await session.post('3');
    }
  });
});

describe('a held poll', { timeout: 60_000 }, () => {
  // With deadlines that no test waits for.
  const stage = new Stage();

  before(() => stage.open());
  after(() => stage.close());
  afterEach(() => stage.clear());

  it('whose client vanishes ends the session at once', async () => {
    const room = await stage.createRoom();
    const bob = stage.nativeClient('Bob');
    await bob.join(room);
    const line = await stage.with(new TcpForwarder(stage.server.port));
    const session = await stage.pollingSession({ url: line.url });
    await session.connect();
    await session.call(1, 'join', { roomId: room.id, userId: 'raw', username: 'Raw' });
    await bob.next('presence:update', (p) => p.count === 2);
    await session.caughtUp(room);
    const held = session.get().catch(() => 'lost');
    await line.cut();
    assert.equal(await held, 'lost');
    await bob.next('presence:update', (p) => p.count === 1);
  });
});

describe('sessions that never connect', { timeout: 60_000 }, () => {
  const stage = new Stage({
    SOCKETIO_CONNECT_TIMEOUT_MS: 1_000,
    LIMITS_CONNECTIONS_PER_IP: 0,
    LIMITS_REQUESTS_PER_SECOND: 0,
  });
  const COUNT = 5_000;
  const MOST_BYTES_EACH = 20_000;

  before(() => stage.open());
  after(() => stage.close());
  afterEach(() => stage.clear());

  it('are closed after the time for it', async () => {
    const raw = stage.rawWebSocket();
    await raw.opened();
    const session = await stage.pollingSession();
    const connected = await stage.pollingSession();
    await connected.connect();
    await raw.closed();
    await eventually(() => session.isGone(), 'the polling session to be ended');
    const { result } = await connected.call(1, 'presence:list', { roomId: '000000' });
    assert.equal(result.success, false, 'who connected stays');
  });

  it('cost little memory by the thousand, and none in the end', async () => {
    const agent = pool(16);
    const handshakes = (count) => Promise.all(Array.from({ length: count },
      () => EngineIo.handshake(stage.server.url, { agent })));
    const allGone = async (sessions) => {
      for (const session of [sessions[0], sessions.at(-1)]) {
        await eventually(() => session.isGone(), 'the sessions to be ended');
      }
    };
    await allGone(await handshakes(200));
    const before = stage.server.residentBytes();
    const sessions = await handshakes(COUNT);
    const most = stage.server.residentBytes() - before;
    assert.equal(new Set(sessions.map((session) => session.sid)).size, COUNT);
    assert.ok(most < COUNT * MOST_BYTES_EACH, `${most} bytes for ${COUNT} sessions`);
    await allGone(sessions);
    const again = await handshakes(COUNT);
    const growth = stage.server.residentBytes() - before;
    assert.ok(growth < COUNT * MOST_BYTES_EACH, `${growth} bytes after the second ${COUNT}`);
    await allGone(again);
    agent.destroy();
  });
});
