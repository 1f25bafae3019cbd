// Where the others point, newest position each, and where we point: volatile, at most 30 a second,
// nothing is kept for later. Bounded: of more than MOST_CURSORS those that rested longest go.
import type { Cursor, Pointing } from "./contract.js";
import { Pace } from "./pace.js";
import { Made } from "./watched.js";

export const MOST_CURSORS = 200;

export class Cursors {
  #seen = new Map<string, Cursor>();
  readonly all = new Made<readonly Cursor[]>(() => [...this.#seen.values()]);
  #own: object | undefined;
  #pace: Pace;

  constructor(tell: (cursor: object) => void) {
    this.#pace = new Pace(33, () => {
      if (this.#own) tell(this.#own);
      this.#own = undefined;
    });
  }

  take(cursor: Pointing): void {
    // What is set anew goes to the end, so the first one is the one that rested longest.
    this.#seen.delete(cursor.userId);
    this.#seen.set(cursor.userId, { ...cursor, seen: Date.now() });
    if (this.#seen.size > MOST_CURSORS) this.#seen.delete(this.#seen.keys().next().value!);
    this.all.changed();
  }

  /** Only of those who are here. */
  keep(isPresent: (userId: string) => boolean): void {
    const before = this.#seen.size;
    for (const userId of [...this.#seen.keys()])
      if (!isPresent(userId)) this.#seen.delete(userId);
    if (this.#seen.size !== before) this.all.changed();
  }

  move(x: number, y: number, extra: object): void {
    if (!Number.isFinite(x) || !Number.isFinite(y)) return;
    this.#own = { ...extra, x, y };
    this.#pace.ask();
  }

  clear(): void {
    this.#pace.stop();
    this.#own = undefined;
    this.keep(() => false);
  }
}
