// Being in a room or a space: coming in, and coming in again whenever the connection is back, until
// it is left, or the server says that it is over. What passes by itself (too many at once, the
// server's storage away) is tried again; what does not is told, and nothing more comes of it.
//
// `joined` stays while the connection is away: whether it is, Atrium.connection tells.
import type { Answer, Connection, Said } from "./connection.js";
import { AtriumError, isLost, isPassing, sentenceFor } from "./sentences.js";
import { Value } from "./watched.js";

export interface EntryState {
  /** It stays `joined` while the connection is away: `Atrium.connection` tells that. */
  readonly phase: "joining" | "joined" | "refused" | "closed" | "kicked" | "left";
  readonly code?: string;
  /** A sentence for people. */
  readonly reason?: string;
}

export interface Identity {
  readonly userId: string;
  readonly username: string;
}

/** What an entry knows of the client that it belongs to. */
export interface Host {
  readonly connection: Connection;
  readonly me: Value<Identity>;
  readonly token: string | undefined;
  /** Where REST is. */
  readonly http: string;
  /** Nothing more comes of this entry. */
  drop(entry: Entry): void;
}

const PAUSE_MS = 2_000;

export abstract class Entry {
  readonly state = new Value<EntryState>({ phase: "joining" });
  protected readonly host: Host;
  /** Called when the id is known, before anything is made of the first result. */
  named: () => void = () => {};
  /** As the caller names it; from the first result on its id. */
  protected id: string;
  /** A join is under way. */
  protected isEntering = false;
  /** In, on this very connection. */
  protected isLive = false;
  #password: string | undefined;
  #wasIn = false;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(host: Host, id: string, password: string | undefined) {
    this.host = host;
    this.id = id;
    this.#password = password;
  }

  get isOver(): boolean {
    return !["joining", "joined"].includes(this.state.get().phase);
  }

  /** Its id is known: until then events of it may come under a name that nobody knows here. */
  get isNamed(): boolean {
    return this.#wasIn;
  }

  /** The id by which the server names it, if that is known, else the caller's name. */
  get roomId(): string {
    return this.id;
  }

  isOf(id: unknown): boolean {
    return id === this.id;
  }

  /** Comes in, or in again. */
  enter(): void {
    if (this.isOver || this.isEntering || !this.host.connection.isOnline) return;
    clearTimeout(this.#again);
    this.isEntering = true;
    const { userId, username } = this.host.me.get();
    const { event, fields } = this.entrance();
    const who = { ...(userId && { userId }), username };
    const opened = { ...(this.#password && { password: this.#password }) };
    this.host.connection.ask(event, { ...fields, ...who, ...opened }, (answer) => {
      this.isEntering = false;
      if (this.isOver) return;
      if (answer instanceof AtriumError) this.#refuse(answer);
      else this.#come(answer);
    });
  }

  /** The connection was lost. */
  down(): void {
    this.isLive = false;
    clearTimeout(this.#again);
  }

  /** Something that the server said, of this room or of none. */
  abstract take(said: Said): void;
  /** The event that comes in. */
  protected abstract entrance(): { event: string; fields: object };
  /** In; the answer's id is taken note of already. */
  protected abstract entered(answer: Record<string, unknown>): void;
  /** It is over: no timer may stay. */
  protected abstract over(reason: string): void;

  protected end(phase: EntryState["phase"], code: string, reason: string): void {
    if (this.isOver) return;
    this.down();
    this.state.set({ phase, code, reason });
    this.over(reason);
    this.host.drop(this);
  }

  protected closed(reason: unknown): void {
    this.end("closed", "room_closed", `The room was closed${because(reason)}`);
  }

  protected kicked(reason: unknown): void {
    this.end("kicked", "kicked", `You were removed from the room${because(reason)}`);
  }

  protected ask(event: string, fields: object, done: (answer: Answer) => void): void {
    this.host.connection.ask(event, fields, (answer) => {
      // Whoever was put out without a word, by a server that forgot, comes in again.
      if (answer instanceof AtriumError && answer.code === "not_in_room") this.enter();
      done(answer);
    });
  }

  #come(answer: Record<string, unknown>): void {
    const me = this.host.me.get();
    const userId = String(answer.userId);
    if (userId !== me.userId) this.host.me.set({ ...me, userId });
    const room = answer.room as { id: string } | undefined;
    this.id = String(room?.id ?? answer.spaceId);
    const isFirst = !this.#wasIn;
    this.isLive = this.#wasIn = true;
    if (isFirst) this.named();
    this.entered(answer);
    if (this.state.get().phase === "joining") this.state.set({ phase: "joined" });
  }

  #refuse({ code, message, retryAfterMs }: AtriumError): void {
    if (isLost(code)) return;
    if (isPassing(code)) {
      if (!this.#wasIn) this.state.set({ phase: "joining", code, reason: message });
      this.#again = setTimeout(() => this.enter(), retryAfterMs ?? PAUSE_MS);
      return;
    }
    const isGone = this.#wasIn && (code === "room_not_found" || code === "room_closed");
    this.end(isGone ? "closed" : "refused", code,
      isGone ? "The room does not exist any more." : sentenceFor(code, message));
  }
}

function because(reason: unknown): string {
  return typeof reason === "string" && reason ? `: ${reason}` : ".";
}
