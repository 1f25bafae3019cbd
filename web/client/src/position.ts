// How far in a room's sequence of changes we are. Every change takes the next number, so one that
// skips some tells that changes were missed. While a join is under way numbers may skip: the server
// then sends what was missed, or all, and its result says where we are. The same goes for what is
// marked `resync`. Pure.

/** How a number relates to those before. */
export type Step = "next" | "known" | "gap";

export class Position {
  #epoch = "";
  /** Undefined: nothing is known, the next number counts. */
  #seq: number | undefined;

  /** What `join` takes as `since`; undefined when we know too little. */
  get since(): { epoch: string; seq: number } | undefined {
    return this.#epoch && this.#seq !== undefined
      ? { epoch: this.#epoch, seq: this.#seq } : undefined;
  }

  get epoch(): string {
    return this.#epoch;
  }

  /** A change came. After `gap` we stand where we stood. `maySkip`: what is between came otherwise. */
  take(seq: number, maySkip: boolean): Step {
    const last = this.#seq;
    if (last !== undefined && seq <= last) return "known";
    if (last !== undefined && seq > last + 1 && !maySkip) return "gap";
    this.#seq = seq;
    return "next";
  }

  /** The server tells where the room is. */
  compare(epoch: string, seq: number): Step {
    if (epoch !== this.#epoch) return "gap";
    return this.#seq === undefined || seq <= this.#seq ? "known" : "gap";
  }

  /** All is there up to `seq`. */
  set(epoch: string, seq: number): void {
    this.#epoch = epoch;
    this.#seq = seq;
  }

  /** The state came anew without a number: what comes next continues it. */
  unknown(): void {
    this.#seq = undefined;
  }

  /** Forgets all. */
  clear(): void {
    this.#epoch = "";
    this.#seq = undefined;
  }
}
