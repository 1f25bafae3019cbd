// The protocol of Redis (RESP2) as far as tests need it: commands out, replies in, in order. Text is
// UTF-8; nothing here is fast.

/** One command as bytes. */
export function respCommand(args) {
  const parts = [Buffer.from(`*${args.length}\r\n`)];
  for (const arg of args) {
    const bytes = Buffer.from(String(arg));
    parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n'));
  }
  return Buffer.concat(parts);
}

const INCOMPLETE = Symbol('incomplete');

export class RespReader {
  #waiters = [];
  #bytes = Buffer.alloc(0);
  #at = 0;

  /** The next reply that nobody asked for before. */
  reply() {
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
    });
  }

  take(data) {
    this.#bytes = this.#at === this.#bytes.length ? data
      : Buffer.concat([this.#bytes.subarray(this.#at), data]);
    this.#at = 0;
    for (;;) {
      const begin = this.#at;
      const value = this.#parse();
      if (value === INCOMPLETE) {
        this.#at = begin;
        return;
      }
      const waiter = this.#waiters.shift();
      if (value instanceof Error) waiter?.reject(value);
      else waiter?.resolve(value);
    }
  }

  fail(error) {
    this.#waiters.splice(0).forEach(({ reject }) => reject(error));
  }

  #line() {
    const end = this.#bytes.indexOf('\r\n', this.#at);
    if (end < 0) return INCOMPLETE;
    const line = this.#bytes.toString('utf8', this.#at, end);
    this.#at = end + 2;
    return line;
  }

  #parse() {
    const line = this.#line();
    if (line === INCOMPLETE) return line;
    const rest = line.slice(1);
    switch (line[0]) {
      case '+': return rest;
      case '-': return new Error(rest);
      case ':': return Number(rest);
      case '$': return this.#bulk(Number(rest));
      default: return this.#array(Number(rest));
    }
  }

  #bulk(length) {
    if (length < 0) return null;
    if (this.#bytes.length < this.#at + length + 2) return INCOMPLETE;
    const text = this.#bytes.toString('utf8', this.#at, this.#at + length);
    this.#at += length + 2;
    return text;
  }

  #array(length) {
    if (length < 0) return null;
    const values = [];
    for (let i = 0; i < length; ++i) {
      const value = this.#parse();
      if (value === INCOMPLETE) return value;
      values.push(value);
    }
    return values;
  }
}
