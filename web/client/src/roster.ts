// Who is in a room, as joins, `presence:update` and `presence:delta` tell it, in the order in which
// they came. The server sends each change once and in order; a whole list replaces all.
import type { Participant } from "./contract.js";
import { Made, Value } from "./watched.js";

export class Roster {
  #people = new Map<string, Participant>();
  readonly participants = new Made<readonly Participant[]>(() => [...this.#people.values()]);
  /** Connected users. Those who are away are in the list, but not counted. */
  readonly count = new Value(0);

  has(userId: string): boolean {
    return this.#people.has(userId);
  }

  replace(participants: readonly Participant[], count: number): void {
    this.#people = new Map(participants.map((p) => [p.userId, p]));
    this.#tell(count);
  }

  change(joined: readonly Participant[], left: readonly Participant[],
    changed: readonly Participant[], count: number): void {
    for (const { userId } of left) this.#people.delete(userId);
    for (const p of [...joined, ...changed]) this.#people.set(p.userId, p);
    this.#tell(count);
  }

  /** The join's list ends somewhere; this is more of it. */
  add(participants: readonly Participant[], count: number): void {
    this.change(participants, [], [], count);
  }

  #tell(count: number): void {
    this.participants.changed();
    this.count.set(count);
  }
}
