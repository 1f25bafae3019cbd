// A redis-server of the test's own: free port of 127.0.0.1, in a directory that goes with it. As it
// comes nothing is saved to disk, and what is kept across a restart of atriumd is kept here; with
// `appendfsync` it can be killed, too, and come back on the same port with what it had, or empty.
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Process } from './process.mjs';
import { RespReader, respCommand } from './resp.mjs';
import { once, within } from './waiting.mjs';

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

export class Redis {
  #directory = mkdtempSync(join(tmpdir(), 'atrium-e2e-'));
  #appendfsync;
  #process;
  #port = 0;
  #line;

  /** `appendfsync`: 'always' or 'everysec'; without it there is no file at all. */
  constructor({ appendfsync } = {}) {
    this.#appendfsync = appendfsync;
  }

  get url() {
    return `redis://127.0.0.1:${this.#port}/0`;
  }

  async start() {
    // Another process may take the port between the two steps.
    for (let attempt = 1; ; ++attempt) {
      this.#port = await freePort();
      try {
        await this.#run();
        return;
      } catch (error) {
        if (attempt === 3) throw error;
      }
    }
  }

  /** The hard way: what was not on its way to the disk is gone. */
  async kill() {
    this.#line?.socket.destroy();
    this.#line = undefined;
    await this.#process.end('SIGKILL');
  }

  /** After `kill`: the same port, with what was appended, or with nothing. */
  async comeBack({ empty = false } = {}) {
    if (empty) {
      rmSync(this.#directory, { recursive: true, force: true });
      this.#directory = mkdtempSync(join(tmpdir(), 'atrium-e2e-'));
    }
    await this.#run();
  }

  /** The reply to one command: string, number, null or an array of them. An error reply throws. */
  async command(...args) {
    return (await this.pipeline([args]))[0];
  }

  /** The replies to many commands, in order. */
  async pipeline(commands) {
    this.#line ??= this.#connect();
    const { socket, reader } = this.#line;
    const replies = commands.map(() => reader.reply());
    socket.write(Buffer.concat(commands.map(respCommand)));
    return within(Promise.all(replies), `${commands.length} replies of Redis`);
  }

  /** All keys that fit, by SCAN, sorted. */
  async keys(pattern = '*') {
    const found = new Set();
    let cursor = '0';
    do {
      const [next, keys] = await this.command('SCAN', cursor, 'MATCH', pattern, 'COUNT', '1000');
      keys.forEach((key) => found.add(key));
      cursor = next;
    } while (cursor !== '0');
    return [...found].sort();
  }

  /** The archived messages of a room, oldest first, as objects. */
  async archive(room) {
    const ids = await this.command('ZRANGE', `room_messages:${room.id}`, '0', '-1');
    const texts = await this.pipeline(ids.map((id) => ['GET', `message:${id}`]));
    return texts.map((text) => JSON.parse(text));
  }

  async stop() {
    this.#line?.socket.destroy();
    await this.#process?.end('SIGKILL');
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #connect() {
    const socket = net.connect(this.#port, '127.0.0.1');
    const reader = new RespReader();
    socket.on('data', (data) => reader.take(data));
    socket.on('error', () => {});
    socket.on('close', () => reader.fail(new Error('Redis closed the connection')));
    return { socket, reader };
  }

  async #run() {
    const append = this.#appendfsync
      ? ['--appendonly', 'yes', '--appendfsync', this.#appendfsync] : ['--appendonly', 'no'];
    this.#process = new Process('redis-server', ['--bind', '127.0.0.1', '--port',
      String(this.#port), '--dir', this.#directory, '--save', '', ...append]);
    await this.#process.written(/Ready to accept connections/);
  }
}
