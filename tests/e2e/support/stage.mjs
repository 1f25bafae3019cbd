// Where a scenario is played: one server, its Redis if it needs one, and everybody who connected.
//
//   const stage = new Stage({ HEARTBEAT_INTERVAL_MS: 300 });
//   before(() => stage.open());
//   afterEach(() => stage.clear());
//   after(() => stage.close());
//
// `clear` ends what one test opened: people, raw sessions, forwarders. `close` ends the server too,
// and finds out whether it left well.
import { EngineIo, RawWebSocket } from './engineio.mjs';
import { Atriumd } from './atriumd.mjs';
import { NativePerson, SocketIoPerson } from './people.mjs';
import { Redis } from './redis.mjs';

/** How a stock client may be told to connect. The last one is its default. */
export const TRANSPORTS = {
  'long-polling only': { transports: ['polling'] },
  'WebSocket only': { transports: ['websocket'] },
  'polling, then the upgrade': {},
};

export class Stage {
  #toEnd = [];
  #redis;
  #awake;

  /** `redis`: false, true, or the options of one that outlives its own end. */
  constructor(settings = {}, { redis = false } = {}) {
    this.settings = settings;
    if (redis) this.#redis = new Redis(redis === true ? {} : redis);
  }

  get redis() {
    return this.#redis;
  }

  async open() {
    // Limits of waiting don't keep the process, so that it ends with its last test.
    this.#awake = setInterval(() => {}, 1_000);
    await this.#redis?.start();
    this.server = new Atriumd(this.settings, this.#redis ?? null);
    await this.server.start();
  }

  /** Ends all of it, then fails for the first that did not end well. */
  async clear() {
    const failures = [];
    for (const end of this.#toEnd.splice(0).reverse()) {
      try {
        await end();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  async close() {
    await this.clear();
    try {
      await this.server?.end();
    } finally {
      await this.#redis?.stop();
      clearInterval(this.#awake);
    }
  }

  createRoom(fields) {
    return this.server.createRoom(fields);
  }

  /** A stock client, connecting. `options.url` leads it around, through a forwarder. */
  stockClient(name, { url = this.server.url, ...options } = {}) {
    const person = new SocketIoPerson(name, url, options);
    this.#toEnd.push(() => person.leaveTheServer());
    return person;
  }

  /** A native client, connecting. */
  nativeClient(name) {
    const person = new NativePerson(name, this.server.wsUrl);
    this.#toEnd.push(() => person.leaveTheServer());
    return person;
  }

  /** Ends it after the test, with its `end`. */
  follower(follower) {
    this.#toEnd.push(() => follower.end());
    return follower;
  }

  /** A long-polling session by hand, its handshake done. */
  async pollingSession({ url = this.server.url, ...options } = {}) {
    const session = await EngineIo.handshake(url, options);
    this.#toEnd.push(() => session.leave());
    return session;
  }

  /** A WebSocket by hand: a new Engine.IO session, or with `sid` the upgrade of an old one. */
  rawWebSocket(query = '', options = {}) {
    const ws = new RawWebSocket(
      `${this.server.wsUrl}/socket.io/?EIO=4&transport=websocket${query}`, options);
    this.#toEnd.push(() => ws.abandon());
    return ws;
  }

  /** Ends `what` after the test, with its `close`. */
  async with(what) {
    this.#toEnd.push(() => what.close());
    await what.open();
    return what;
  }
}
