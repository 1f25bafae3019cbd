// The server under test: the program that ATRIUMD names, on a free port of 127.0.0.1, with settings
// as ATRIUM_<SECTION>_<KEY>. Nothing of the caller's environment that would change it is passed on.
// After `start` it answers /ready. `restart` and `start` after `stop` or `kill` use the same port,
// as a client that comes back expects. `stop` demands the exit code 0: a server that crashes, or
// that a sanitizer complains about, fails the test.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { request } from './http.mjs';
import { Process } from './process.mjs';
import { eventually } from './waiting.mjs';

/** The server's program. */
export const PROGRAM = process.env.ATRIUMD
  ?? fileURLToPath(new URL('../../../build/dev/atriumd', import.meta.url));
const OURS = /^(ATRIUM_|REDIS_|PORT$|HOST$)/;

function environment(settings) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OURS.test(name)));
  for (const [name, value] of Object.entries(settings)) env[`ATRIUM_${name}`] = String(value);
  return env;
}

export class Atriumd {
  #process;
  #settings;
  #store;
  #isOver = false;
  port = 0;

  /** `settings`: {LIMITS_PAYLOAD_BYTES: 1000}. Rooms are in memory, or in `redis` if given. */
  constructor(settings = {}, redis = null) {
    this.#settings = settings;
    this.#store = redis ? ['--redis', redis.url] : ['--store', 'memory'];
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  get wsUrl() {
    return `ws://127.0.0.1:${this.port}`;
  }

  async start() {
    if (this.#isOver) throw new Error('the test is over');
    this.#process = new Process(PROGRAM,
      ['--host', '127.0.0.1', '--port', String(this.port), ...this.#store],
      environment(this.#settings));
    const [, port] = await this.#process.written(/listens on http:\/\/127\.0\.0\.1:(\d+)/);
    this.port = Number(port);
    await eventually(async () => (await request(`${this.url}/ready`)).status === 200,
      'the server to be ready');
  }

  async stop() {
    if (!this.#process) return;
    const ended = this.#process;
    this.#process = undefined;
    const code = await ended.end('SIGTERM');
    assert.equal(code, 0, `exit code of the server; it wrote:\n${ended.output}`);
  }

  /** Stops for good: a restart that a failed test left under way does not come to its start. */
  async end() {
    this.#isOver = true;
    await this.stop();
  }

  /** The hard way: nobody is told, nothing is flushed. */
  async kill() {
    const ended = this.#process;
    this.#process = undefined;
    await ended?.end('SIGKILL');
  }

  async restart() {
    await this.stop();
    await this.start();
  }

  /** Bytes of memory that the server holds. */
  residentBytes() {
    const pages = readFileSync(`/proc/${this.#process.pid}/statm`, 'latin1').split(' ')[1];
    return Number(pages) * 4096;
  }

  /** The room, as REST gives it. */
  async createRoom(fields = {}) {
    const answer = await request(`${this.url}/api/rooms/create`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Maths', createdBy: 'teacher', ...fields }),
    });
    assert.equal(answer.status, 201, answer.body);
    return JSON.parse(answer.body).room;
  }

  /** All messages of a room over REST, oldest first, paged backwards from the newest. */
  async allMessages(room, limit = 50) {
    let all = [];
    for (let hasMore = true; hasMore;) {
      const before = all.length > 0 ? `&before=${all[0].id}` : '';
      const page = await this.get(`/api/rooms/${room.id}/messages?limit=${limit}${before}`);
      assert.ok(page.success && (page.count > 0 || !page.hasMore), JSON.stringify(page));
      all = [...page.messages, ...all];
      ({ hasMore } = page);
    }
    return all;
  }

  /** The JSON that a GET answers. */
  async get(path) {
    return JSON.parse((await request(`${this.url}${path}`)).body);
  }
}
