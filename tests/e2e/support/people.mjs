// People in rooms, one per connection: with the stock socket.io-client, or native at /ws. Both are
// asked the same things, so that a scenario can be played by either. What a person gets is in its
// inbox under the event's name, in the order in which it came; so are the results, as "result" with
// {of, …result}, and for Socket.IO the client's own "connect", "disconnect" and "connect_error".
//
// An item has `payload`, the event's object, and `args`, all that the handler was called with.
import { io } from 'socket.io-client';
import WebSocket from 'ws';

import { Inbox } from './inbox.mjs';
import { once, within } from './waiting.mjs';

class Person {
  inbox = new Inbox();

  constructor(name) {
    this.name = name;
    this.identity = { userId: name.toLowerCase(), username: name };
  }

  /** Payload of the first event of this name that fits and that nobody asked for before. */
  async next(event, matches) {
    return (await this.inbox.next(event, matches)).payload;
  }

  /** Payloads of all events of this name so far. */
  got(event) {
    return this.inbox.payloads(event);
  }

  /** The result of a `join`. */
  join(room, fields = {}) {
    return this.call('join', { roomId: room.id, ...this.identity, ...fields });
  }

  /** The result of a `chat:message`. */
  say(room, message, fields = {}) {
    return this.call('chat:message', { roomId: room.id, ...this.identity, message, ...fields });
  }

  /**
   * Everything that the server had for this person when it was asked is there. Results and events
   * of one connection come in the order in which they happened: a question at the end is enough.
   */
  async caughtUp(room) {
    await this.call('presence:list', { roomId: room.id });
  }

  /** Sequence numbers of the messages that came live, in order of arrival. */
  chatSeqs(room) {
    return this.got('chat:message').filter((m) => m.roomId === room.id).map((m) => m.seq);
  }
}

export class SocketIoPerson extends Person {
  /** Connects at once. `options` are socket.io-client's. */
  constructor(name, url, options = {}) {
    super(name);
    this.socket = io(url, { forceNew: true, ...options });
    this.socket.onAny((event, ...args) => {
      this.inbox.put({ name: event, payload: args[0], args });
    });
    for (const event of ['connect', 'disconnect', 'connect_error']) {
      this.socket.on(event, (...args) => this.inbox.put({ name: event, payload: args[0], args }));
    }
  }

  /** The Engine.IO socket, which is a new one after each reconnect. */
  get engine() {
    return this.socket.io.engine;
  }

  async connected() {
    if (!this.socket.connected) await once(this.socket, 'connect', `${this.name} to be connected`);
  }

  /** The transport's name is this one, now or after the upgrade that is under way. */
  async uses(transport) {
    await this.connected();
    while (this.engine.transport.name !== transport) {
      await once(this.engine, 'upgrade', `${this.name} to use ${transport}`);
    }
  }

  tell(event, ...args) {
    this.socket.emit(event, ...args);
  }

  call(event, ...args) {
    const answered = new Promise((resolve) => {
      this.socket.emit(event, ...args, (result) => {
        this.inbox.put({ name: 'result', payload: { of: event, ...result }, args: [result] });
        resolve(result);
      });
    });
    return within(answered, `${this.name} to get the result of ${event}`);
  }

  leaveTheServer() {
    this.socket.disconnect();
  }
}

export class NativePerson extends Person {
  #asked = new Map();
  #lastRef = 0;

  constructor(name, url) {
    super(name);
    this.ws = new WebSocket(`${url}/ws`);
    this.ws.on('message', (data) => this.#take(JSON.parse(data)));
    this.ws.on('error', () => {});
    this.ws.on('close', (code) => {
      this.inbox.put({ name: 'disconnect', payload: code, args: [code] });
    });
  }

  async connected() {
    if (this.ws.readyState === WebSocket.CONNECTING) {
      await once(this.ws, 'open', `${this.name} to be connected`);
    }
  }

  tell(event, fields) {
    this.ws.send(JSON.stringify({ type: event, ...fields }));
  }

  async call(event, fields) {
    await this.connected();
    const ref = ++this.#lastRef;
    const answered = new Promise((resolve) => this.#asked.set(ref, { event, resolve }));
    this.tell(event, { ...fields, ref });
    return within(answered, `${this.name} to get the result of ${event}`);
  }

  leaveTheServer() {
    this.ws.terminate();
  }

  #take({ type, ref, ...fields }) {
    const asked = type === 'ack' ? this.#asked.get(ref) : undefined;
    if (!asked) {
      this.inbox.put({ name: type, payload: fields, args: [fields] });
      return;
    }
    this.#asked.delete(ref);
    this.inbox.put({ name: 'result', payload: { of: asked.event, ...fields }, args: [fields] });
    asked.resolve(fields);
  }
}
