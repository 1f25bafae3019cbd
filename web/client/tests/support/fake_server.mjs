// A WebSocket server that says what a test wants, for what a real one does rarely: being silent,
// leaving numbers out, closing with any code. `next(event)` gives what the client sent.
import { WebSocketServer } from "ws";

import { Inbox } from "../../../../tests/e2e/support/inbox.mjs";
import { once } from "../../../../tests/e2e/support/waiting.mjs";

export const ROOM = { id: "123456", code: "123456", name: "Maths", createdAt: 1, locked: false };

export class FakeServer {
  #server;
  #sockets = new Set();
  inbox = new Inbox();
  connections = 0;

  static async open() {
    const server = new FakeServer();
    server.#server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    server.#server.on("connection", (socket) => server.#take(socket));
    await once(server.#server, "listening");
    return server;
  }

  get url() {
    return `ws://127.0.0.1:${this.#server.address().port}/ws`;
  }

  /** What the client sent as `event`, in order; each is given once. */
  async next(event) {
    return (await this.inbox.next(event)).payload;
  }

  say(event, fields) {
    for (const socket of this.#sockets) socket.send(JSON.stringify({ type: event, ...fields }));
  }

  answer(asked, fields) {
    this.say("ack", { ref: asked.ref, success: true, ...fields });
  }

  refuse(asked, code, fields = {}) {
    this.say("ack", { ref: asked.ref, success: false, code, error: `it is ${code}`, ...fields });
  }

  /** Lets the next join in, with a whole state. */
  async letIn({ seq = 0, epoch = "e1", messages = [], elements = [], version = 0, ...more } = {}) {
    const join = await this.next("join");
    const roomId = ROOM.id;
    if (!more.recovered) {
      this.say("chat:history", { roomId, messages, count: messages.length });
      this.say("whiteboard:state", { roomId, elements, version });
    }
    this.answer(join, { room: ROOM, userId: join.userId, epoch, seq, recovered: false,
      participants: [], count: 0, ...more });
    return join;
  }

  hangUp(code, reason) {
    for (const socket of this.#sockets) socket.close(code, reason);
  }

  close() {
    for (const socket of this.#sockets) socket.terminate();
    this.#server.close();
  }

  #take(socket) {
    ++this.connections;
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("message", (data) => {
      const said = JSON.parse(data);
      this.inbox.put({ name: said.type, payload: said, args: [said] });
    });
    this.inbox.put({ name: "connection", payload: {}, args: [] });
  }
}
