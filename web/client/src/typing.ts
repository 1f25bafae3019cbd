// Who is typing. Others: until they stop, say something or leave, and never longer than the server
// lets it last, so that nobody types for ever when a word is lost. Our own: repeated while it lasts,
// and ended by itself when the keys rest.
import { Value } from "./watched.js";

export interface Typist {
  readonly userId: string;
  readonly username: string;
}

const OTHERS_LAST_MS = 11_000;
const REPEATED_MS = 4_000;
const KEYS_REST_MS = 6_000;

export class Typing {
  readonly others = new Value<readonly Typist[]>([]);
  #ends = new Map<string, ReturnType<typeof setTimeout>>();
  #tell: (isTyping: boolean) => void;
  #isTyping = false;
  #told = -Infinity;
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(tell: (isTyping: boolean) => void) {
    this.#tell = tell;
  }

  take({ userId, username }: Typist, isTyping: boolean): void {
    this.stopped(userId);
    if (!isTyping) return;
    this.#ends.set(userId, setTimeout(() => this.stopped(userId), OTHERS_LAST_MS));
    this.others.set([...this.others.get(), { userId, username }]);
  }

  stopped(userId: string): void {
    if (!this.#ends.has(userId)) return;
    clearTimeout(this.#ends.get(userId));
    this.#ends.delete(userId);
    this.others.set(this.others.get().filter((t) => t.userId !== userId));
  }

  /** Whoever is not in the room does not type. */
  keep(isPresent: (userId: string) => boolean): void {
    for (const userId of [...this.#ends.keys()]) if (!isPresent(userId)) this.stopped(userId);
  }

  /** The keys were hit, or the field was left. */
  set(isTyping: boolean): void {
    clearTimeout(this.#rest);
    if (isTyping) this.#rest = setTimeout(() => this.set(false), KEYS_REST_MS);
    const now = performance.now();
    if (!isTyping && !this.#isTyping) return;
    if (isTyping && this.#isTyping && now - this.#told < REPEATED_MS) return;
    this.#isTyping = isTyping;
    this.#told = now;
    this.#tell(isTyping);
  }

  /** The connection is away: the server forgets what we said, and nobody tells us of the others. */
  clear(): void {
    clearTimeout(this.#rest);
    this.#isTyping = false;
    this.keep(() => false);
  }
}
