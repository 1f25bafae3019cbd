// A room's whiteboard: what the server has and what was drawn here, merged by Excalidraw's rules.
//
// Own changes are sent as patches, only what changed, some 30 times a second at most, and are kept
// until the server has answered; over a reconnect they are sent again, which merging makes harmless.
// Where another's element wins, it takes the place of ours, here as on the server. What the server
// refuses (a full board, a read-only room) is kept as well, tried again every few seconds, one by
// one, and `refusal` says why.
//
// A whole state of the same epoch is the truth: of ours only what was not confirmed is put on top.
// After the server lost its memory (a new epoch) everything that we have and it has not is sent to
// it. A scene of elements without ids is taken as it is.
import type { Cursor, Element } from "./contract.js";
import type { Answer } from "./connection.js";
import { Cursors } from "./cursors.js";
import { digest } from "./digest.js";
import { drawingOrder, isKeyed, nonceOf, rank, tombstoneOf } from "./merge.js";
import { Pace } from "./pace.js";
import { AtriumError, isLost, isPassing, sentenceFor } from "./sentences.js";
import { callAll, Made, Value, type Watched } from "./watched.js";

const PATCH_INTERVAL_MS = 33;
const MOST_UNDER_WAY = 8;
const MOST_IN_PATCH = 500;
/** Of JSON, counted in UTF-16 units: far below what the server takes, whatever the script. */
const LONGEST_PATCH = 600_000;
const LONGEST_ELEMENT = 1_000_000;
const REFUSED_PAUSE_MS = 5_000;

/** The room that the board is in. */
export interface Drawing {
  readonly isLive: boolean;
  ask(event: string, fields: object, done: (answer: Answer) => void): void;
  tell(event: string, fields: object): void;
}

export class Board {
  #room: Drawing;
  #scene = new Map<string, Element>();
  #plain: readonly Element[] | undefined;
  /** Own changes that the server has not confirmed. */
  #pending = new Map<string, Element>();
  /** Those of them that are not on the wire. */
  #unsent = new Set<string>();
  /** Those that the server refused. */
  #refused = new Set<string>();
  #underWay = 0;
  #version = 0;
  #pace = new Pace(PATCH_INTERVAL_MS, () => this.#flush());
  #listeners = new Set<(changed: readonly Element[]) => void>();
  #made = new Made<readonly Element[]>(
    () => this.#plain ?? [...this.#scene.values()].sort(drawingOrder));
  #unsaved = new Value(0);
  #refusal = new Value<string | null>(null);
  #misses = new Value(0);
  #cursors: Cursors;

  /** @internal Rooms make their board. */
  constructor(room: Drawing) {
    this.#room = room;
    this.#cursors = new Cursors((cursor) => room.tell("cursor", cursor));
  }

  /** The merged scene, tombstones too, in drawing order. */
  get elements(): Watched<readonly Element[]> {
    return this.#made;
  }

  /** Where the others point. */
  get cursors(): Watched<readonly Cursor[]> {
    return this.#cursors.all;
  }

  /** How often this board was found to differ from the server's, and was healed. */
  get digestMisses(): Watched<number> {
    return this.#misses;
  }

  /** Own changes that the server has not confirmed yet. */
  get unsaved(): Watched<number> {
    return this.#unsaved;
  }

  /** Why the server refuses what was drawn, as a sentence for people; null if it does not. */
  get refusal(): Watched<string | null> {
    return this.#refusal;
  }

  /** Calls `listener` with what others changed, never with what was drawn here. */
  onRemote(listener: (changed: readonly Element[]) => void): () => void {
    const own = (changed: readonly Element[]): void => listener(changed);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  /** The local scene, or a part of it: what is newer than what is known goes to the server. */
  draw(elements: readonly Element[]): void {
    let isChanged = false;
    for (const e of elements) {
      if (!isKeyed(e)) continue;
      const known = this.#scene.get(e.id);
      const isNewer = !known || e.version > known.version
        || (e.version === known.version && nonceOf(e) < nonceOf(known));
      // Excalidraw changes its elements in place: what is kept here must not change with them.
      if (isNewer) this.#own({ ...e });
      isChanged ||= isNewer;
    }
    if (!isChanged) return;
    this.#plain = undefined;
    this.#made.changed();
    this.#unsaved.set(this.#pending.size);
    this.#pace.ask();
  }

  /** Deletes all elements, for everybody. Rejects with an AtriumError. */
  clear(): Promise<void> {
    this.#flush();
    return new Promise((resolve, reject) => {
      this.#room.ask("whiteboard:clear", {}, (answer) => {
        if (answer instanceof AtriumError) return reject(answer);
        if (answer.changed) this.#cleared(Number(answer.version));
        resolve();
      });
    });
  }

  /** Shows the others where we point; at most 30 times a second, the newest counts. */
  moveCursor(x: number, y: number, extra: object = {}): void {
    this.#cursors.move(x, y, extra);
  }

  /** @internal */
  get pointers(): Cursors {
    return this.#cursors;
  }

  /** @internal Changes of others, or winners over ours. */
  patched(elements: readonly Element[], version: number): void {
    this.#version = Math.max(this.#version, version);
    if (elements.some((e) => !isKeyed(e))) return this.#setPlain(elements);
    if (this.#plain) {
      this.#plain = undefined;
      this.#made.changed();
    }
    this.#win(elements.filter((e) => {
      const known = this.#scene.get(e.id);
      return !known || rank(e, known) > 0;
    }));
  }

  /** @internal The server's whole board. `mayLack`: it may have lost what it had confirmed. */
  stated(elements: readonly Element[], version: number, mayLack: boolean): void {
    this.#version = version;
    if (elements.some((e) => !isKeyed(e))) return this.#setPlain(elements);
    const before = this.#scene;
    const theirs = new Map(elements.map((e) => [e.id, e]));
    const ours = mayLack ? [...before.values()] : [...this.#pending.values()];
    this.#plain = undefined;
    this.#scene = new Map(theirs);
    this.#pending.clear();
    this.#refused.clear();
    for (const e of ours) {
      const other = theirs.get(e.id);
      // A tombstone that the server does not know deletes nothing.
      if (other ? rank(e, other) > 0 : !e.isDeleted) this.#own(e);
    }
    this.#unsent = new Set(this.#pending.keys());
    const gone = [...before.values()].filter((e) => !this.#scene.has(e.id)).map(tombstoneOf);
    const won = elements.filter((e) => {
      const known = before.get(e.id);
      return this.#scene.get(e.id) === e && (!known || rank(e, known) !== 0);
    });
    this.#made.changed();
    this.#tell([...won, ...gone]);
    this.#flush();
  }

  /** @internal Is this board what the server's is? True as well when that can't be told now. */
  isLike(theirs: { version: number; count: number; hash: string }): boolean {
    if (this.#pending.size > 0 || theirs.version !== this.#version) return true;
    const ours = digest(this.#plain ?? [...this.#scene.values()]);
    if (ours.count === theirs.count && (this.#plain || ours.hash === theirs.hash)) return true;
    this.#misses.set(this.#misses.get() + 1);
    return false;
  }

  /** @internal In the room, on a new connection: everything that is not confirmed is sent. */
  up(): void {
    this.#unsent = new Set(this.#pending.keys());
    this.#refused.clear();
    this.#flush();
  }

  /** @internal */
  down(): void {
    this.#pace.stop();
    this.#cursors.clear();
  }

  /** @internal It is another room's board now. */
  forget(): void {
    this.#pending.clear();
    this.#scene.clear();
    this.stated([], 0, false);
  }

  #own(e: Element): void {
    this.#scene.set(e.id, e);
    this.#pending.set(e.id, e);
    this.#refused.delete(e.id);
    this.#unsent.add(e.id);
  }

  #win(elements: readonly Element[]): void {
    if (elements.length === 0) return;
    for (const e of elements) {
      this.#scene.set(e.id, e);
      this.#settle(e.id);
    }
    this.#made.changed();
    this.#tell(elements);
  }

  #settle(id: string): void {
    this.#pending.delete(id);
    this.#unsent.delete(id);
    this.#refused.delete(id);
  }

  #setPlain(elements: readonly Element[]): void {
    for (const id of [...this.#pending.keys()]) this.#settle(id);
    this.#scene.clear();
    this.#plain = elements;
    this.#made.changed();
    this.#tell(elements);
  }

  #tell(changed: readonly Element[]): void {
    this.#unsaved.set(this.#pending.size);
    if (this.#refused.size === 0) this.#refusal.set(null);
    if (changed.length > 0) callAll(this.#listeners, changed);
  }

  #cleared(version: number): void {
    this.#version = version;
    if (this.#plain) return this.#setPlain([]);
    const live = [...this.#scene.values()].filter((e) => !e.isDeleted && !this.#pending.has(e.id));
    this.#win(live.map(tombstoneOf));
  }

  #flush(): void {
    while (this.#room.isLive && this.#unsent.size > 0 && this.#underWay < MOST_UNDER_WAY) {
      const patch = this.#nextPatch();
      if (patch.length === 0) return;
      ++this.#underWay;
      this.#room.ask("whiteboard:patch", { elements: patch }, (answer) => {
        --this.#underWay;
        if (answer instanceof AtriumError) this.#failed(patch, answer);
        else this.#confirmed(patch, Number(answer.version));
      });
    }
  }

  #nextPatch(): Element[] {
    const patch: Element[] = [];
    let length = 0;
    const most = this.#refusal.get() === null ? MOST_IN_PATCH : 1;
    for (const id of this.#unsent) {
      const e = this.#pending.get(id)!;
      const own = JSON.stringify(e).length;
      if (own > LONGEST_ELEMENT) {
        this.#refuse(e, sentenceFor("payload_too_large"));
        continue;
      }
      if (patch.length > 0 && length + own > LONGEST_PATCH) break;
      this.#unsent.delete(id);
      length += own;
      if (patch.push(e) === most) break;
    }
    return patch;
  }

  #confirmed(patch: readonly Element[], version: number): void {
    this.#version = Math.max(this.#version, version);
    for (const e of patch) if (this.#pending.get(e.id) === e) this.#settle(e.id);
    this.#tell([]);
    if (this.#unsent.size > 0) this.#pace.ask();
  }

  #failed(patch: readonly Element[], { code, message, retryAfterMs }: AtriumError): void {
    const ours = patch.filter((e) => this.#pending.get(e.id) === e);
    for (const e of ours) this.#unsent.add(e.id);
    if (isLost(code)) return;
    if (isPassing(code)) return this.#pace.ask(retryAfterMs ?? 1_000);
    const why = sentenceFor(code, message);
    if (patch.length === 1) for (const e of ours) this.#refuse(e, why);
    this.#refusal.set(why);
    this.#pace.ask();
  }

  /** Aside with it until some time has passed: others may go through. */
  #refuse(e: Element, why: string): void {
    this.#unsent.delete(e.id);
    this.#refused.add(e.id);
    this.#refusal.set(why);
    if (this.#refused.size > 1) return;
    setTimeout(() => {
      for (const id of this.#refused) this.#unsent.add(id);
      this.#refused.clear();
      this.#flush();
    }, REFUSED_PAUSE_MS);
  }
}
