// Somebody who keeps a copy of what happens in a room, over a line that breaks: natively with
// `since`, or by the stock client's recovery. What is kept is the sequence of mutations, in the
// order in which they came. A mutation that comes twice, or behind a later one, is a fault, noted
// with what it was; what was missed shows when copies are compared.
//
// A copy that the server could not complete begins anew with the history that it sent instead:
// `resets` counts these.
import WebSocket from 'ws';
import { io } from 'socket.io-client';

import { Inbox } from './inbox.mjs';
import { once, within } from './waiting.mjs';

const CHAT = new Set(['chat:message', 'chat:edited', 'chat:deleted']);
const BOARD = new Set(['whiteboard:patch', 'whiteboard-update']);

class Copy {
  /** {seq, event, id}, as they came; `event` is "board" for drawings in either form. */
  mutations = [];
  /** id -> what the message says by now; null when it was deleted. */
  texts = new Map();
  faults = [];
  epochs = [];
  resets = 0;
  recoveries = 0;
  seq = 0;
  inbox = new Inbox();

  constructor(name, room) {
    this.name = name;
    this.room = room;
    this.identity = { userId: name.toLowerCase(), username: name };
  }

  /** Chat alone, to be compared with other copies. */
  get chat() {
    return this.mutations.filter((m) => m.event !== 'board')
      .map((m) => `${m.seq} ${m.event} ${m.id}`);
  }

  note(event, fields) {
    if (!CHAT.has(event) && !BOARD.has(event)) return;
    if (fields.roomId !== this.room.id) return;
    if (fields.seq <= this.seq) this.faults.push(`${event} ${fields.seq} behind ${this.seq}`);
    this.seq = Math.max(this.seq, fields.seq);
    this.mutations.push(
      { seq: fields.seq, event: BOARD.has(event) ? 'board' : event, id: fields.id });
    // What was missed may come as it is by now: deleted text is given to nobody.
    if (CHAT.has(event))
      this.texts.set(fields.id, event === 'chat:deleted' || fields.deletedAt ? null : fields.message);
  }

  /** After the result of a `join`. */
  noteJoin({ success, epoch, seq, recovered, code }, since) {
    if (!success) throw new Error(`${this.name} could not join: ${code}`);
    if (recovered) this.recoveries += 1;
    else if (since) this.resets += 1;
    if (recovered && epoch !== since.epoch) this.faults.push('recovered in another epoch');
    if (recovered && this.seq > seq) this.faults.push(`is at ${this.seq}, the room at ${seq}`);
    if (this.epochs.at(-1) !== epoch) this.epochs.push(epoch);
    this.seq = seq;
  }
}

export class NativeFollower extends Copy {
  #asked = new Map();
  #lastRef = 0;
  #isOver = false;
  #comingBack = Promise.resolve();

  constructor(name, server, room) {
    super(name, room);
    this.server = server;
  }

  /** Comes in, or back in; tries until it works. Afterwards a lost connection is replaced. */
  async follow() {
    while (!this.#isOver) {
      try {
        await this.#come();
        return;
      } catch (error) {
        if (/could not join: (?!store_unavailable|shutting_down)/.test(error.message)) throw error;
        this.ws?.terminate();
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
  }

  /** Nothing is under way between two connections. */
  async settled() {
    let seen;
    do {
      seen = this.#comingBack;
      await seen;
    } while (seen !== this.#comingBack);
  }

  /** The result; an error when the connection is lost before it came. */
  call(event, fields) {
    const ref = ++this.#lastRef;
    const answered = new Promise((resolve, reject) => {
      this.#asked.set(ref, { event, resolve, reject });
      if (this.ws?.readyState !== WebSocket.OPEN) reject(new Error('not connected'));
      else this.ws.send(JSON.stringify({ type: event, roomId: this.room.id, ...fields, ref }));
    });
    return within(answered, `${this.name} to get the result of ${event}`)
      .finally(() => this.#asked.delete(ref));
  }

  /** Destroys the socket, in the middle of a frame of ours if `half`. */
  breakLine({ half = false } = {}) {
    // eslint-disable-next-line no-underscore-dangle
    const socket = this.ws?._socket;
    if (!socket || socket.destroyed) return;
    // A masked text frame of 125 bytes, of which 20 come.
    if (half) socket.write(Buffer.concat([Buffer.from([0x81, 0xfd]), Buffer.alloc(20, 0x20)]));
    setImmediate(() => socket.destroy());
  }

  /** Cuts the line when this many more bytes have come, wherever in a frame that is. */
  breakAfter(bytes) {
    // eslint-disable-next-line no-underscore-dangle
    const socket = this.ws?._socket;
    if (!socket) return;
    let left = bytes;
    socket.prependListener('data', (data) => {
      left -= data.length;
      if (left <= 0) socket.destroy();
    });
  }

  end() {
    this.#isOver = true;
    this.ws?.terminate();
  }

  async #come() {
    const ws = new WebSocket(`${this.server.wsUrl}/ws`);
    this.ws = ws;
    ws.on('error', () => {});
    ws.on('message', (data) => this.#take(JSON.parse(data)));
    const lost = new Promise((_, reject) => {
      ws.on('close', () => {
        for (const { reject: fail } of this.#asked.values()) fail(new Error('connection lost'));
        reject(new Error('connection lost'));
      });
    });
    lost.catch(() => {});
    await Promise.race([once(ws, 'open'), lost]);
    const epoch = this.epochs.at(-1);
    const since = epoch && { epoch, seq: this.seq };
    await this.call('join', { ...this.identity, whiteboard: 'patch', since });
    ws.on('close', () => {
      if (!this.#isOver) this.#comingBack = this.follow();
    });
    if (ws.readyState !== WebSocket.OPEN) throw new Error('connection lost');
  }

  #take({ type, ref, ...fields }) {
    if (type !== 'ack') {
      this.note(type, fields);
      this.inbox.put({ name: type, payload: fields, args: [fields] });
      return;
    }
    const asked = this.#asked.get(ref);
    if (!asked) return;
    try {
      this.#noteResult(asked.event, fields);
      asked.resolve(fields);
    } catch (error) {
      asked.reject(error);
    }
  }

  #noteResult(event, fields) {
    const epoch = this.epochs.at(-1);
    if (event === 'join') this.noteJoin(fields, epoch && { epoch });
    // One's own drawing is told by its result alone.
    if (event === 'whiteboard:patch' && fields.success && fields.changed !== false)
      this.note(event, { ...fields, roomId: this.room.id });
  }
}

export class RecoveringFollower extends Copy {
  constructor(name, server, room, options = {}) {
    super(name, room);
    this.socket = io(server.url, {
      forceNew: true,
      auth: { recovery: true },
      reconnectionDelay: 5,
      reconnectionDelayMax: 20,
      ...options,
    });
    this.socket.onAny((event, fields) => this.note(event, fields));
    this.socket.on('connect', () => {
      if (this.socket.recovered) this.recoveries += 1;
      else if (this.epochs.length > 0) this.resets += 1;
    });
  }

  async follow() {
    this.noteJoin(await this.call('join', { ...this.identity, whiteboard: 'patch' }));
  }

  call(event, fields) {
    const answered = new Promise((resolve) => {
      this.socket.emit(event, { roomId: this.room.id, ...fields }, resolve);
    });
    return within(answered, `${this.name} to get the result of ${event}`);
  }

  /** Destroys the socket of a connection that is up; whether there was one. */
  breakLine({ half = false } = {}) {
    // eslint-disable-next-line no-underscore-dangle
    const socket = this.socket.io.engine?.transport?.ws?._socket;
    if (!this.socket.connected || !socket || socket.destroyed) return false;
    if (half) socket.write(Buffer.concat([Buffer.from([0x81, 0xfd]), Buffer.alloc(20, 0x20)]));
    setImmediate(() => socket.destroy());
    return true;
  }

  async settled() {
    if (!this.socket.connected) await once(this.socket, 'connect', `${this.name} to be back`);
  }

  end() {
    this.socket.disconnect();
  }
}
