// A value that one can read and be told about. `get` gives the same reference until the value
// changes, which is what React's useSyncExternalStore and every other store adapter asks for.
//
// Listeners are called at once and in the order in which they came. One that throws stops nobody:
// its error surfaces on its own, outside of the client.

/** A value to read and to watch. */
export interface Watched<T> {
  /** The same reference until it changes. */
  get(): T;
  /** Calls `listener` after each change. The returned function ends that. */
  subscribe(listener: () => void): () => void;
}

/** Calls each of `listeners`, whatever the others do. */
export function callAll<A extends unknown[]>(listeners: Iterable<(...a: A) => void>, ...a: A): void {
  for (const listener of [...listeners]) {
    try {
      listener(...a);
    } catch (error) {
      setTimeout(() => {
        throw error;
      });
    }
  }
}

/** A watched value for whoever may change it. */
export class Value<T> implements Watched<T> {
  #value: T;
  #listeners = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get = (): T => this.#value;

  /** Tells the listeners, unless it is the same value. */
  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    callAll(this.#listeners);
  }

  subscribe = (listener: () => void): (() => void) => {
    const own = (): void => listener();
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  };
}

/** A watched value that is made when somebody asks for it, at most once per change. */
export class Made<T> implements Watched<T> {
  #made: { value: T } | undefined;
  #listeners = new Set<() => void>();
  #make: () => T;

  constructor(make: () => T) {
    this.#make = make;
  }

  get = (): T => (this.#made ??= { value: this.#make() }).value;

  /** What it is made of has changed. */
  changed(): void {
    this.#made = undefined;
    callAll(this.#listeners);
  }

  subscribe = (listener: () => void): (() => void) => {
    const own = (): void => listener();
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  };
}
