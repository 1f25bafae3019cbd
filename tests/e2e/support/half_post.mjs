// A POST of an Engine.IO session that breaks half-way, over a connection of its own: the head has
// reached the session, the body never comes.
import net from 'node:net';

import { once } from './waiting.mjs';

export class HalfPost {
  #socket;

  constructor(url, sid) {
    const { port } = new URL(url);
    this.#socket = net.connect(Number(port), '127.0.0.1');
    this.#socket.on('error', () => {});
    // The server says 100 when it knows which session the body is for.
    this.#socket.write(`POST /socket.io/?EIO=4&transport=polling&sid=${sid} HTTP/1.1\r\n`
      + 'Host: localhost\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n');
  }

  /** The session waits for the body, and has half of it. */
  async begun() {
    await once(this.#socket, 'data', 'the server to want the body');
    this.#socket.write('4');
    return this;
  }

  /** The rest of the body; what the server answers. */
  async finish() {
    this.#socket.write('2["typing"');
    const [answer] = await once(this.#socket, 'data', 'an answer to the POST');
    return answer.toString('latin1');
  }

  /** Nothing more will come. */
  end() {
    this.#socket.end();
  }

  /** The connection is lost. */
  reset() {
    this.#socket.resetAndDestroy();
  }

  close() {
    this.#socket.destroy();
  }
}
