// The server's figures of the last five minutes, from its overview, asked for every two seconds
// wherever in the page the operator is. Counters are totals: a rate is the difference of two
// samples. Another start of the server begins anew.
import { ask } from './api.js';
import { setServerClock } from './format.js';
import { every } from './pulse.js';

const PERIOD_MS = 2_000;
export const SPAN_MS = 300_000;

class Figures extends EventTarget {
  /** {at, overview}, oldest first. */
  samples = [];
  #pulse;

  /** Asks until `signal`. */
  start(signal) {
    this.samples = [];
    this.#pulse = every(PERIOD_MS, async (now) => {
      this.#take(await ask('admin/overview', { signal: now }));
    }, { signal, isProbe: true });
  }

  now() {
    this.#pulse?.now();
  }

  /** The newest one; null before the first. */
  get overview() {
    return this.samples.at(-1)?.overview ?? null;
  }

  #take(overview) {
    const at = Date.now();
    const last = this.overview;
    setServerClock(overview.server.startedAt + 1000 * overview.server.uptimeSeconds);
    const isSameServer = last?.server.startedAt === overview.server.startedAt
      && last?.server.pid === overview.server.pid;
    if (!isSameServer) this.samples = [];
    this.samples = this.samples.filter((sample) => sample.at > at - SPAN_MS);
    this.samples.push({ at, overview });
    this.dispatchEvent(new Event('sample'));
  }

  /** [{at, value}] of what `pick(overview)` gives. */
  levels(pick) {
    return this.samples.map(({ at, overview }) => ({ at, value: pick(overview) }));
  }

  /** [{at, value}]: by how much `pick(overview)` grew, a second. */
  rates(pick) {
    return this.samples.slice(1).map((sample, i) => {
      const before = this.samples[i];
      const seconds = (sample.at - before.at) / 1000;
      const grown = pick(sample.overview) - pick(before.overview);
      return { at: sample.at, value: seconds > 0 ? Math.max(0, grown) / seconds : 0 };
    });
  }
}

export const figures = new Figures();
