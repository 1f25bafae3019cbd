// A program that a test starts and ends: by its pid, never by its name. It dies with the test, even
// when that is killed (setpriv sets PR_SET_PDEATHSIG), so nothing is left behind. What it writes is
// read all the time, so that a full pipe never stops it, and the last of it is kept for whoever
// asks what went wrong.
import { spawn } from 'node:child_process';

import { PATIENCE_MS, within } from './waiting.mjs';

const KEPT_OUTPUT = 64 * 1024;

export class Process {
  #child;
  #readers = new Set();
  #ended;
  output = '';

  constructor(command, args, env = process.env) {
    this.name = command;
    this.#child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', command, ...args],
      { env, stdio: ['ignore', 'pipe', 'pipe'] });
    // It dies with the test; the test does not live on for it.
    this.#child.unref();
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => this.#take(text));
      stream.unref();
    }
    this.#ended = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve({ code: null, why: error.message }));
      this.#child.once('close', (code, signal) => resolve({ code, why: `${signal ?? code}` }));
    });
  }

  get pid() {
    return this.#child.pid;
  }

  get isRunning() {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The match of `pattern` in what the program writes. An error when it ends before. */
  async written(pattern) {
    const found = new Promise((resolve) => {
      const look = () => {
        const match = this.output.match(pattern);
        if (match) {
          this.#readers.delete(look);
          resolve(match);
        }
      };
      this.#readers.add(look);
      look();
    });
    const died = this.#ended.then(({ why }) => {
      throw new Error(`${this.name} ended (${why}):\n${this.output}`);
    });
    died.catch(() => {});
    return within(Promise.race([found, died]), `${this.name} to write ${pattern}`);
  }

  signal(name) {
    if (this.isRunning) this.#child.kill(name);
  }

  /** Sends the signal; the exit code, null when a signal ended it. Kills what does not end. */
  async end(signal = 'SIGTERM') {
    this.signal(signal);
    try {
      return (await within(this.#ended, `${this.name} to end`, PATIENCE_MS)).code;
    } catch (error) {
      this.signal('SIGKILL');
      await this.#ended;
      throw new Error(`${error.message}:\n${this.output}`);
    }
  }

  #take(text) {
    this.output = (this.output + text).slice(-KEPT_OUTPUT);
    for (const look of [...this.#readers]) look();
  }
}
