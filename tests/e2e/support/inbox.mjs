// What one client got, in the order in which it came. `next` takes the first item that fits and
// that nobody took, or waits for it; what came before it under the same name is passed over, as for
// a person who reads on. `log` keeps everything, for questions about order, loss and doubles.
import { within } from './waiting.mjs';

export class Inbox {
  /** Everything that came, oldest first: {name, payload, …}. */
  log = [];
  #unread = [];
  #waiters = new Set();

  put(item) {
    this.log.push(item);
    this.#unread.push(item);
    for (const waiter of this.#waiters) {
      if (!waiter.fits(item)) continue;
      this.#waiters.delete(waiter);
      this.#readOn(item);
      waiter.resolve(item);
      return;
    }
  }

  /** The first unread item called `name` that `matches`. */
  next(name, matches = () => true) {
    const fits = (item) => item.name === name && matches(item.payload, item);
    const there = this.#unread.find(fits);
    if (there) {
      this.#readOn(there);
      return Promise.resolve(there);
    }
    const waiter = { fits };
    const found = new Promise((resolve) => {
      waiter.resolve = resolve;
      this.#waiters.add(waiter);
    });
    return within(found, `"${name}" to arrive`).catch((error) => {
      this.#waiters.delete(waiter);
      throw new Error(`${error.message}; the last to come: ${this.#tail()}`);
    });
  }

  /** Payloads of all that came under this name, read or not. */
  payloads(name) {
    return this.log.filter((item) => item.name === name).map((item) => item.payload);
  }

  #readOn(item) {
    const end = this.#unread.indexOf(item) + 1;
    const passed = this.#unread.splice(0, end).filter(({ name }) => name !== item.name);
    this.#unread.unshift(...passed);
  }

  #tail() {
    return this.log.slice(-8).map((item) => item.name).join(', ') || 'nothing';
  }
}
