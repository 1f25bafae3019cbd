// Machines between client and server. `TcpForwarder` is a network that breaks: it can cut lines so
// that both ends notice, or only the client. `HttpForwarder` is a balancer that asks again when the
// server went away in the middle of a request, and a proxy that knows nothing of WebSocket. Both
// listen on a free port of 127.0.0.1.
import http from 'node:http';
import net from 'node:net';

import { request } from './http.mjs';
import { eventually, once } from './waiting.mjs';

class Listening {
  constructor(server) {
    this.listener = server;
  }

  get url() {
    return `http://127.0.0.1:${this.listener.address().port}`;
  }

  async open() {
    this.listener.listen(0, '127.0.0.1');
    await once(this.listener, 'listening');
  }
}

export class TcpForwarder extends Listening {
  #lines = new Set();
  #halfDead = new Set();
  #isBroken = false;

  constructor(port) {
    super(net.createServer());
    this.listener.on('connection', (near) => this.#connect(near, port));
  }

  /** Breaks all lines, for both ends. Until `mend` there are no new ones. */
  cut() {
    return this.#breakAtRest(({ near, far }) => {
      near.destroy();
      far.destroy();
    });
  }

  /** As `cut`, but at once, whatever is under way: browsers keep lines on which nothing is asked. */
  cutNow() {
    this.#break(({ near, far }) => {
      near.destroy();
      far.destroy();
    });
  }

  /** As `cut`, but for the server the lines stay open and say nothing any more. */
  cutClientsOnly() {
    return this.#breakAtRest(({ near, far }) => {
      this.#halfDead.add(far);
      near.removeAllListeners('end').destroy();
    });
  }

  mend() {
    this.#isBroken = false;
  }

  close() {
    this.#isBroken = true;
    for (const { near, far } of this.#lines) {
      near.destroy();
      far.destroy();
    }
    for (const far of this.#halfDead) far.destroy();
    this.listener.close();
  }

  /** There is a line, and each is a WebSocket or one on which the server owes an answer. */
  atRest() {
    return eventually(() => this.#isAtRest(), 'the lines to be at rest');
  }

  #isAtRest() {
    return this.#lines.size > 0 && [...this.#lines].every((line) => line.isAtRest);
  }

  // Between two polls there is no line to cut, and nobody would notice.
  #breakAtRest(breakLine) {
    return eventually(() => {
      if (!this.#isAtRest()) return false;
      this.#break(breakLine);
      return true;
    }, 'the lines to be at rest');
  }

  #break(breakLine) {
    this.#isBroken = true;
    const lines = [...this.#lines];
    this.#lines.clear();
    lines.forEach(breakLine);
  }

  #connect(near, port) {
    if (this.#isBroken) {
      near.destroy();
      return;
    }
    const line = { near, far: net.connect(port, '127.0.0.1'), isAtRest: false, isWebSocket: false };
    this.#lines.add(line);
    near.on('data', (data) => {
      line.isWebSocket ||= data.includes('\r\nUpgrade: websocket\r\n');
      line.far.write(data, () => {
        line.isAtRest = true;
      });
    });
    line.far.on('data', (data) => {
      line.isAtRest = line.isWebSocket;
      near.write(data);
    });
    for (const [end, other] of [[near, line.far], [line.far, near]]) {
      end.on('error', () => {});
      end.on('end', () => other.end());
      end.on('close', () => {
        if (this.#lines.delete(line)) other.destroySoon();
      });
    }
  }
}

/** Statuses of what went through are in `statuses`. Upgrades are refused with 501. */
export class HttpForwarder extends Listening {
  statuses = [];
  #port;

  constructor(port) {
    super(http.createServer((asked, answer) => this.#take(asked, answer)));
    this.#port = port;
    this.listener.on('upgrade', (asked, socket) => {
      this.statuses.push(501);
      socket.end('HTTP/1.1 501 Not Implemented\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    });
  }

  close() {
    this.listener.close();
    this.listener.closeAllConnections();
  }

  #take(asked, answer) {
    const gone = new AbortController();
    answer.on('close', () => gone.abort());
    const parts = [];
    asked.on('error', () => {});
    asked.on('data', (part) => parts.push(part));
    asked.on('end', () => this.#forward(asked, Buffer.concat(parts), answer, gone.signal));
  }

  async #forward({ method, url, headers }, body, answer, signal) {
    while (!signal.aborted) {
      try {
        const got = await request(`http://127.0.0.1:${this.#port}${url}`,
          { method, headers, body, signal });
        this.statuses.push(got.status);
        answer.writeHead(got.status, got.headers).end(got.body);
        return;
      } catch {
        // Nobody is there at the moment.
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }
}
