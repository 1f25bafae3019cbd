// Engine.IO and Socket.IO by hand, packet by packet, for what a stock client never does: bad
// packets, two polls at once, upgrades left half-way, silence. Text only; packets are strings as
// they stand on the wire: '2probe', '42["join",{…}]'.
import assert from 'node:assert/strict';
import WebSocket from 'ws';

import { request } from './http.mjs';
import { Inbox } from './inbox.mjs';
import { once, within } from './waiting.mjs';

const SEPARATOR = '\x1e';
/** What each client is told once it is connected: Excalidraw's waits for it. */
const GREETING = '42["init-room"';

/** A long-polling session. Nothing polls by itself. */
export class EngineIo {
  #base;
  #gone = new AbortController();
  #headers;
  #unread = [];

  constructor(url, sid, headers) {
    this.#base = `${url}/socket.io/?EIO=4&transport=polling&sid=${sid}`;
    this.#headers = headers;
    this.sid = sid;
  }

  /** Opens a session; `session.open` is what the server said first. */
  static async handshake(url, { headers = {}, agent = false } = {}) {
    const answer = await request(`${url}/socket.io/?EIO=4&transport=polling`, { headers, agent });
    assert.equal(answer.status, 200, answer.body);
    assert.equal(answer.body[0], '0', answer.body);
    const open = JSON.parse(answer.body.slice(1).split(SEPARATOR)[0]);
    const session = new EngineIo(url, open.sid, headers);
    session.open = open;
    return session;
  }

  /** One GET: {status, headers, body}. */
  get(options = {}) {
    return request(this.#base, { headers: this.#headers, signal: this.#gone.signal, ...options });
  }

  /** One POST of these packets. */
  post(...packets) {
    return this.postBody(packets.join(SEPARATOR));
  }

  postBody(body, headers = {}) {
    return request(this.#base, {
      method: 'POST',
      body,
      headers: { 'content-type': 'text/plain;charset=UTF-8', ...this.#headers, ...headers },
      signal: this.#gone.signal,
    });
  }

  /** The packets that one GET brings, or those that `pollUntil` left unread. */
  async poll() {
    if (this.#unread.length > 0) return this.#unread.splice(0);
    const answer = await this.get();
    assert.equal(answer.status, 200, answer.body);
    return answer.body.split(SEPARATOR);
  }

  /** Polls, answering pings, until `matches(packet)`; all packets that came, that one the last. */
  async pollUntil(matches) {
    const came = [];
    for (;;) {
      const packets = await this.poll();
      while (packets.length > 0) {
        const packet = packets.shift();
        if (packet === '2') await this.post('3');
        came.push(packet);
        if (!matches(packet)) continue;
        this.#unread = packets;
        return came;
      }
    }
  }

  /** CONNECT to the main namespace, and the greeting behind it; the id of the Socket.IO socket. */
  async connect(auth) {
    await this.post(`40${auth ? JSON.stringify(auth) : ''}`);
    const came = await this.pollUntil((packet) => packet.startsWith('40'));
    await this.pollUntil((packet) => packet.startsWith(GREETING));
    return JSON.parse(came.at(-1).slice(2)).sid;
  }

  /** Emits an event and polls for its ack: {result, before}, `before` what came until then. */
  async call(id, event, fields) {
    await this.post(`42${id}${JSON.stringify([event, fields])}`);
    const came = await this.pollUntil((packet) => packet.startsWith(`43${id}[`));
    const [result] = JSON.parse(came.pop().slice(2 + String(id).length));
    return { result, before: came };
  }

  /**
   * The server knows nothing of the session any more. It may take its leave first: one poll that
   * ends with the close packet.
   */
  async isGone() {
    let answer = await this.get();
    if (answer.status === 200 && answer.body.split(SEPARATOR).at(-1) === '1') {
      answer = await this.get();
    }
    return answer.status === 400 && JSON.parse(answer.body).code === 1;
  }

  /** Nothing of this room waits for the session any more: the next poll will be held. */
  async caughtUp(room) {
    let came;
    do {
      came = (await this.call(999, 'presence:list', { roomId: room.id })).before;
    } while (came.length > 0 || this.#unread.length > 0);
  }

  /** Goes away in the middle of all requests under way, and says so if anybody is there. */
  async leave() {
    this.#gone.abort();
    await request(this.#base, { method: 'POST', body: '1', headers: this.#headers })
      .catch(() => {});
  }
}

/** A WebSocket that says what it is told to. Its inbox has "text", "binary", "close", "refused". */
export class RawWebSocket {
  inbox = new Inbox();

  constructor(url, options = {}) {
    this.ws = new WebSocket(url, options);
    this.ws.on('message', (data, isBinary) => {
      this.inbox.put(isBinary ? { name: 'binary', payload: data }
        : { name: 'text', payload: data.toString() });
    });
    this.ws.on('error', () => {});
    this.ws.on('close', (code) => this.inbox.put({ name: 'close', payload: code }));
    this.ws.on('unexpected-response', (asked, response) => {
      this.inbox.put({ name: 'refused', payload: response.statusCode });
      asked.destroy();
    });
  }

  async opened() {
    if (this.ws.readyState !== WebSocket.OPEN) await once(this.ws, 'open', 'the WebSocket to open');
  }

  send(...packets) {
    for (const packet of packets) this.ws.send(packet);
  }

  /** The next text that begins so and that nobody asked for before. Pings are not answered. */
  async text(begin = '') {
    return (await this.inbox.next('text', (text) => text.startsWith(begin))).payload;
  }

  /** The open packet's object, then CONNECT with `auth`; the object of the answer. */
  async connect(auth) {
    await this.opened();
    this.open = JSON.parse((await this.text('0{')).slice(1));
    this.send(`40${auth ? JSON.stringify(auth) : ''}`);
    const answer = JSON.parse((await this.text('40')).slice(2));
    await this.text(GREETING);
    return answer;
  }

  /** Emits an event with an ack and waits for its result. */
  async call(id, event, fields) {
    this.send(`42${id}${JSON.stringify([event, fields])}`);
    const answer = await this.text(`43${id}[`);
    return JSON.parse(answer.slice(2 + String(id).length))[0];
  }

  /** The close code. 1005: without one; 1006: without a close frame. */
  async closed() {
    return (await within(this.inbox.next('close'), 'the server to close the WebSocket')).payload;
  }

  abandon() {
    this.ws.terminate();
  }
}
