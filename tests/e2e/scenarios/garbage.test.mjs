// Garbage at each layer: HTTP, WebSocket, Engine.IO, Socket.IO and the events themselves. What
// breaks the protocol ends that connection, and only that one; what is only a wrong event is
// answered. All the time a bystander talks in its room and notices nothing.
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';

import { request } from '../support/http.mjs';
import { Stage } from '../support/stage.mjs';
import { within } from '../support/waiting.mjs';

const NOT_UTF8 = Buffer.from([0x34, 0x32, 0xff, 0xfe]);
const deep = (levels) => '['.repeat(levels) + ']'.repeat(levels);

/** Engine.IO packets that no client may send. */
const BAD_ENGINE_PACKETS = {
  'an empty packet': '',
  'an unknown type': 'x',
  'a ping, which is the server’s': '2',
};
/** Socket.IO packets that end the connection. Without the 4 of the Engine.IO message. */
const BAD_SOCKET_PACKETS = {
  'an empty message': '',
  'an unknown type': '9',
  'an event that is an object': '2{}',
  'an event without a name': '2[]',
  'an event named null': '2[null]',
  'a reserved name': '2["connect"]',
  'another reserved name': '2["disconnect"]',
  'broken JSON': '2["a",{"b":]',
  'something behind the JSON': '2["a"]x',
  'an ack id that is no number': '2-1["a"]',
  'an ack with an object': '31{}',
  'a second CONNECT': '0',
  'a CONNECT with an array': '0[]',
  'a CONNECT_ERROR': '4{"message":"no"}',
  'a DISCONNECT with JSON': '1{}',
  'an event for a namespace not joined': '2/other,["a"]',
  'no number of attachments': '5-["a"]',
  'zero attachments': '50-["a"]',
  'eleven attachments': '511-["a",{"_placeholder":true,"num":0}]',
  'a placeholder without attachment': '51-["a",{"_placeholder":true,"num":5}]',
  'JSON too deep': `2["a",${deep(5_000)}]`,
};

describe('garbage', { timeout: 120_000 }, () => {
  const stage = new Stage();
  let room;
  let bystander;

  before(() => stage.open());
  after(() => stage.close());
  beforeEach(async () => {
    room = await stage.createRoom();
    bystander = stage.stockClient('By', { transports: ['websocket'] });
    await bystander.join(room);
  });
  afterEach(async () => {
    assert.equal((await bystander.say(room, 'unharmed')).success, true);
    assert.equal(bystander.got('disconnect').length, 0);
    await stage.clear();
  });

  async function connectedWebSocket() {
    const raw = stage.rawWebSocket();
    await raw.connect();
    return raw;
  }

  async function connectedSession() {
    const session = await stage.pollingSession();
    await session.connect();
    return session;
  }

  /** What the server says to these bytes until it closes. */
  function answerTo(bytes) {
    const socket = net.connect(stage.server.port, '127.0.0.1');
    const parts = [];
    socket.on('data', (part) => parts.push(part));
    socket.on('error', () => {});
    socket.write(bytes);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    return within(closed, 'the server to close the connection')
      .then(() => Buffer.concat(parts).toString('latin1'));
  }

  it('that is no HTTP is refused and closed', async () => {
    const cases = ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello TLS\r\n\r\n',
      'GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nno colon\r\n\r\n',
      'GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\n\r\n',
      'POST /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n',
      'POST /socket.io/?EIO=4 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'];
    for (const bytes of cases) {
      const answer = await answerTo(Buffer.from(bytes, 'latin1'));
      assert.match(answer, /^(HTTP\/1\.1 4\d\d |$)/, JSON.stringify(bytes));
    }
  });

  it('that is no WebSocket frame closes the WebSocket', async () => {
    const raw = await connectedWebSocket();
    // Reserved bits and an unmasked frame.
    raw.ws._socket.write(Buffer.from([0xf1, 0x02, 0x34, 0x32]));
    assert.equal(await raw.closed(), 1002);
    const text = await connectedWebSocket();
    text.ws.send(NOT_UTF8, { binary: false });
    assert.equal(await text.closed(), 1007);
  });

  for (const [what, packet] of Object.entries(BAD_ENGINE_PACKETS)) {
    it(`of Engine.IO, ${what}, ends the session`, async () => {
      const raw = await connectedWebSocket();
      raw.send(packet);
      assert.notEqual(await raw.closed(), 1000);
      const session = await connectedSession();
      assert.ok([200, 400].includes((await session.post(packet)).status));
      assert.ok(await session.isGone());
    });
  }

  it('in a polling payload ends the session, after what stood before it', async () => {
    for (const bad of ['', 'x', 'b%%%']) {
      const session = await connectedSession();
      await session.call(1, 'join', { roomId: room.id, userId: 'p', username: 'P' });
      await session.post(`42["chat:message",{"roomId":"${room.id}","message":"before"}]`, bad,
        `42["chat:message",{"roomId":"${room.id}","message":"behind"}]`);
      await bystander.next('chat:message', (m) => m.message === 'before');
      assert.ok(await session.isGone());
    }
    const session = await connectedSession();
    await session.postBody(NOT_UTF8);
    assert.ok(await session.isGone());
    const binary = await connectedSession();
    const answer = await binary.postBody('42["a"]', { 'content-type': 'application/octet-stream' });
    assert.equal(answer.status, 400);
    await bystander.caughtUp(room);
    assert.ok(!bystander.got('chat:message').some((m) => m.message === 'behind'));
  });

  for (const [what, packet] of Object.entries(BAD_SOCKET_PACKETS)) {
    it(`of Socket.IO, ${what}, ends the connection`, async () => {
      const raw = await connectedWebSocket();
      raw.send(`4${packet}`);
      if (packet.startsWith('51-')) raw.send(Buffer.from('an attachment'));
      assert.notEqual(await raw.closed(), 1000);
    });
  }

  it('before CONNECT ends the connection', async () => {
    const raw = stage.rawWebSocket();
    await raw.opened();
    raw.send('42["join",{}]');
    await raw.closed();
    const session = await stage.pollingSession();
    await session.post('42["join",{}]');
    assert.ok(await session.isGone());
  });

  it('among attachments ends the connection', async () => {
    const text = await connectedWebSocket();
    text.send('451-["chat:message",{"_placeholder":true,"num":0}]', '42["a"]');
    await text.closed();
    const binary = await connectedWebSocket();
    binary.send(Buffer.from('nobody announced me'));
    await binary.closed();
  });

  it('that is harmless is passed over', async () => {
    const raw = await connectedWebSocket();
    raw.send('6', '3', '42', '437', '4399999[1]', '43[]');
    const answer = await raw.call(7, 'presence:list', { roomId: room.id });
    assert.equal(answer.code, 'not_in_room');
    // An id is a number, however it is spelled.
    raw.send('42007["no:such",{}]');
    await raw.text('437[');
  });

  it('of events is answered, and the connection goes on', async () => {
    const ann = stage.stockClient('Ann');
    await ann.join(room);
    const cases = [['join', 'bad_request'], ['join', 'bad_request', 'a string'],
      ['chat:message', 'bad_request', null], ['chat:message', 'bad_request', [1, 2]],
      ['chat:message', 'bad_request', { roomId: room.id, message: { no: 'text' } }],
      ['chat:message', 'bad_request', { message: 'where?' }],
      ['whiteboard-change', 'bad_request', { roomId: room.id, elements: [1, 2] }],
      ['typing', 'bad_request', { roomId: room.id }],
      ['constructor', 'unknown_event', {}], ['error', 'unknown_event', {}]];
    for (const [event, code, ...args] of cases) {
      const result = await ann.call(event, ...args);
      assert.equal(result.success, false);
      assert.equal(result.code, code, `${event} ${JSON.stringify(args)}: ${result.error}`);
      ann.tell(event, ...args);
      assert.equal((await ann.next('error')).code, code);
    }
    assert.equal(ann.got('disconnect').length, 0);
    const raw = await connectedWebSocket();
    raw.send('425[7,{}]');
    assert.match(await raw.text('435['), /unknown_event/);
  });

  it('of JSON that is valid reaches the others unharmed', async () => {
    const raw = await connectedWebSocket();
    await raw.call(1, 'join', { roomId: room.id, userId: 'raw', username: 'Raw' });
    raw.send(`422["chat:message",{"roomId":"${room.id}","message":"lone \\ud800 surrogate",`
      + '"metadata":{"big":1e400,"long":123456789012345678901234567890,"__proto__":{"a":1}}}]');
    await raw.text('432[');
    raw.send(`423["chat:message",{"roomId":"${room.id}","message":"twice","message":"the last"}]`);
    await raw.text('433[');
    await bystander.caughtUp(room);
    assert.equal(bystander.got('disconnect').length, 0);
  });

  it('for a namespace that is not there gets the protocol’s error', async () => {
    const lost = stage.stockClient('Lost', { url: `${stage.server.url}/custom` });
    assert.equal((await lost.next('connect_error')).message, 'Invalid namespace');

    const raw = stage.rawWebSocket();
    await raw.opened();
    await raw.text('0{');
    raw.send('40/custom,{"token":1}', '40/custom?a=1,');
    assert.equal(await raw.text('44/custom,'), '44/custom,{"message":"Invalid namespace"}');
    await raw.text('44/custom?a=1,');
    raw.send('40');
    await raw.text('40{');
  });

  it('on other paths is not found', async () => {
    assert.equal((await request(`${stage.server.url}/socket.iox/?EIO=4&transport=polling`)).status,
      404);
    assert.equal((await request(`${stage.server.url}/engine.io/?EIO=4&transport=polling`)).status,
      404);
  });
});
