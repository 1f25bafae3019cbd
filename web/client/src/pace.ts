// At most one call in so many milliseconds, the newest content wins: for what is coalesced. The
// first call after a pause is made at once, and the last one of a row is never left out.

export class Pace {
  #intervalMs: number;
  #run: () => void;
  #last = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `run` is called for any number of `ask`s since it was called last. */
  constructor(intervalMs: number, run: () => void) {
    this.#intervalMs = intervalMs;
    this.#run = run;
  }

  /** Calls `run` now, or as soon as the interval is over; not before `atLeastMs` from now. */
  ask(atLeastMs = 0): void {
    if (this.#timer !== undefined) {
      if (atLeastMs === 0) return;
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
    const wait = Math.max(this.#last + this.#intervalMs - performance.now(), atLeastMs);
    if (wait <= 0) this.#now();
    else this.#timer = setTimeout(() => this.#now(), wait);
  }

  /** What was asked for is not done any more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #now(): void {
    this.#timer = undefined;
    this.#last = performance.now();
    this.#run();
  }
}
