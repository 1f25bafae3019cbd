// A redis-server of the test's own: free port of 127.0.0.1, in a directory that goes with it.
// Nothing is saved to disk; what is kept across a restart of atriumd is kept here.
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Process } from './process.mjs';
import { once } from './waiting.mjs';

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

export class Redis {
  #directory = mkdtempSync(join(tmpdir(), 'atrium-e2e-'));
  #process;
  url = '';

  async start() {
    // Another process may take the port between the two steps.
    for (let attempt = 1; ; ++attempt) {
      const port = await freePort();
      this.#process = new Process('redis-server', ['--bind', '127.0.0.1', '--port', String(port),
        '--dir', this.#directory, '--save', '', '--appendonly', 'no']);
      try {
        await this.#process.written(/Ready to accept connections/);
        this.url = `redis://127.0.0.1:${port}/0`;
        return;
      } catch (error) {
        if (attempt === 3) throw error;
      }
    }
  }

  async stop() {
    await this.#process?.end('SIGKILL');
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
