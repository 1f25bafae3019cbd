// The upgrade from long-polling to WebSocket, packet by packet, and what becomes of a session when
// it is left half-way, tried twice or done wrong: it goes on where it was, and no event is lost,
// doubled or out of order.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { Stage } from '../support/stage.mjs';

describe('the upgrade', { timeout: 120_000 }, () => {
  const stage = new Stage();
  let room;
  let bob;
  let session;
  let said;
  let heard;

  before(() => stage.open());
  after(() => stage.close());
  afterEach(() => stage.clear());

  async function sessionInRoom() {
    room = await stage.createRoom();
    bob = stage.nativeClient('Bob');
    await bob.join(room);
    session = await stage.pollingSession();
    await session.connect();
    await session.call(0, 'join', { roomId: room.id, userId: 'ann', username: 'Ann' });
    said = [];
    heard = [];
  }

  /** Bob says something that nobody has read yet. */
  function bobSays() {
    said.push(`line ${said.length}`);
    return bob.say(room, said.at(-1));
  }

  function note(packet) {
    if (!packet.startsWith('42["chat:message"')) return;
    const message = JSON.parse(packet.slice(2))[1];
    if (message.userId === 'bob') heard.push(message.message);
  }

  /** Polls until all that Bob said is there. */
  async function readByPolling() {
    while (heard.length < said.length) (await session.poll()).forEach(note);
    assert.deepEqual(heard, said);
  }

  async function probing() {
    const ws = stage.rawWebSocket(`&sid=${session.sid}`);
    await ws.opened();
    ws.send('2probe');
    assert.equal(await ws.text(), '3probe');
    return ws;
  }

  /** Both directions work by long-polling. */
  async function goesOnPolling() {
    await bobSays();
    await readByPolling();
    const { result } = await session.call(1, 'chat:message', { roomId: room.id, message: 'mine' });
    assert.equal(result.success, true);
    assert.equal((await bob.next('chat:message', (m) => m.userId === 'ann')).message, 'mine');
  }

  /** Both directions work by this WebSocket. */
  async function goesOnBy(ws) {
    await bobSays();
    while (heard.length < said.length) note(await ws.text('42["chat:message"'));
    assert.deepEqual(heard, said);
    const result = await ws.call(2, 'chat:message', { roomId: room.id, message: 'mine' });
    assert.equal(result.success, true);
    await bob.next('chat:message', (m) => m.userId === 'ann');
  }

  it('releases the held poll, and takes along what is waiting', async () => {
    await sessionInRoom();
    await session.caughtUp(room);
    const held = session.poll();
    const ws = await probing();
    assert.deepEqual(await held, ['6']);
    for (let i = 0; i < 5; ++i) await bobSays();
    ws.send('5');
    await goesOnBy(ws);
    const answer = await session.get();
    assert.equal(answer.status, 400);
    assert.equal(JSON.parse(answer.body).code, 3, 'polling is over');
    assert.equal((await session.post('42["x"]')).status, 400);
  });

  it('carries on what came by POST while it was under way', async () => {
    await sessionInRoom();
    const ws = await probing();
    await session.post(`421["chat:message",{"roomId":"${room.id}","message":"while probing"}]`);
    await bob.next('chat:message', (m) => m.message === 'while probing');
    ws.send('5');
    const result = JSON.parse((await ws.text('431[')).slice(3))[0];
    assert.equal(result.success, true);
  });

  it('that is left after the probe leaves a polling session', async () => {
    await sessionInRoom();
    const ws = await probing();
    await bobSays();
    ws.abandon();
    await goesOnPolling();
    const again = await probing();
    again.send('5');
    await goesOnBy(again);
  });

  it('that is left before the probe leaves a polling session', async () => {
    await sessionInRoom();
    const ws = stage.rawWebSocket(`&sid=${session.sid}`);
    await ws.opened();
    ws.ws.close();
    await ws.closed();
    await goesOnPolling();
  });

  it('that is never finished is given up by the server', async () => {
    await sessionInRoom();
    const other = await stage.pollingSession();
    await other.connect();
    const silent = stage.rawWebSocket(`&sid=${other.sid}`);
    await silent.opened();
    const ws = await probing();
    await ws.closed();
    await silent.closed();
    await goesOnPolling();
    await other.call(1, 'presence:list', { roomId: room.id });
  });

  it('that is done wrong is given up, and the session is not', async () => {
    await sessionInRoom();
    for (const wrong of ['2', '42["chat:message",{}]', 'x', '', '3probe']) {
      const ws = stage.rawWebSocket(`&sid=${session.sid}`);
      await ws.opened();
      ws.send(wrong);
      await ws.closed();
    }
    await goesOnPolling();
  });

  it('is made once', async () => {
    await sessionInRoom();
    const first = await probing();
    const second = stage.rawWebSocket(`&sid=${session.sid}`);
    await Promise.race([second.inbox.next('close'), second.inbox.next('refused')]);
    first.send('5');
    await goesOnBy(first);
    const third = stage.rawWebSocket(`&sid=${session.sid}`);
    await Promise.race([third.inbox.next('close'), third.inbox.next('refused')]);
    await goesOnBy(first);
  });

  it('ends the session when its WebSocket closes', async () => {
    await sessionInRoom();
    const ws = await probing();
    ws.send('5');
    await goesOnBy(ws);
    await bob.next('presence:update', (p) => p.count === 2);
    ws.abandon();
    await bob.next('presence:update', (p) => p.count === 1);
    assert.ok(await session.isGone());
  });

  it('keeps the order however the steps fall together', async () => {
    for (let round = 0; round < 12; ++round) {
      await sessionInRoom();
      const talking = (async () => {
        for (let i = 0; i < 10; ++i) await bobSays();
      })();
      const polling = (async () => {
        // As a client does: it polls until the server answers with a noop, or it has paused.
        for (;;) {
          const packets = await session.poll();
          packets.forEach(note);
          if (packets.includes('6')) return;
        }
      })();
      const ws = await probing();
      await polling;
      if (round % 2) await talking;
      ws.send('5');
      await talking;
      await goesOnBy(ws);
      await stage.clear();
    }
  });
});
