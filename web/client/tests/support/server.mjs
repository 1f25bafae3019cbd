// A real atriumd (ATRIUMD names the program) with the clients that a test lets in. What a test waits
// for is a watched value that takes a shape; nothing sleeps. `close` ends all of it.
import WebSocket from "ws";

import { Atriumd } from "../../../../tests/e2e/support/atriumd.mjs";
import { TcpForwarder } from "../../../../tests/e2e/support/forwarders.mjs";
import { request } from "../../../../tests/e2e/support/http.mjs";
import { Redis } from "../../../../tests/e2e/support/redis.mjs";
import { within } from "../../../../tests/e2e/support/waiting.mjs";
import { Atrium } from "../../dist/modules/index.js";

export const OPERATOR = "an-operator-token-of-these-tests";

/** The value of `watched` as soon as it fits. */
export function until(watched, fits, what) {
  let stop = () => {};
  const found = new Promise((resolve) => {
    const look = () => {
      const value = watched.get();
      if (fits(value)) resolve(value);
    };
    stop = watched.subscribe(look);
    look();
  });
  return within(found, what).finally(() => stop());
}

/** What is said in a room, as it is shown. */
export const texts = (room) => room.messages.get().map((m) => m.message);

export class Server extends Atriumd {
  #redis;
  #clients = [];
  #forwarders = [];
  #awake;

  constructor(settings = {}, redis = null) {
    super({ ADMIN_TOKEN: OPERATOR, ...settings }, redis);
    this.#redis = redis;
  }

  static async open(settings = {}, { redis = false } = {}) {
    // Limits of waiting don't keep the process.
    const awake = setInterval(() => {}, 1_000);
    const store = redis ? new Redis({ appendfsync: "always" }) : null;
    await store?.start();
    const server = new Server(settings, store);
    server.#awake = awake;
    await server.start();
    return server;
  }

  /** A client, connecting. */
  client(userId, { forwarder, ...options } = {}) {
    const url = `${(forwarder?.url ?? this.url).replace("http", "ws")}/ws`;
    const client = new Atrium({ url, userId, username: userId, WebSocket, ...options });
    this.#clients.push(client);
    client.connect();
    return client;
  }

  get redis() {
    return this.#redis;
  }

  /** A network that can be cut. */
  async forwarder() {
    const forwarder = new TcpForwarder(this.port);
    this.#forwarders.push(forwarder);
    await forwarder.open();
    return forwarder;
  }

  /** What an operator does to a room. */
  operate(room, action, body) {
    return this.#ask("POST", `/api/admin/rooms/${room.id}/${action}`, body);
  }

  deleteRoom(room) {
    return this.#ask("DELETE", `/api/rooms/${room.id}`);
  }

  async #ask(method, path, body) {
    const answer = await request(`${this.url}${path}`, {
      method,
      headers: { "content-type": "application/json", authorization: `Bearer ${OPERATOR}` },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
  }

  async close() {
    for (const client of this.#clients) client.close();
    for (const forwarder of this.#forwarders) forwarder.close();
    try {
      await this.end();
    } finally {
      await this.#redis?.stop();
      clearInterval(this.#awake);
    }
  }
}
