// One WebSocket at a time to the server, and coming back when it is lost.
//
// Answers and events are passed on in the order in which they came, synchronously: an answer's
// callback has run before the event behind it is looked at. Requests under way when the connection
// is lost fail with `offline`; nothing is sent again here, that is decided by who knows what it was.
//
// Browsers do not show the server's pings. So whoever heard nothing for a while asks something that
// costs little, and takes the connection for lost when no answer comes.
import { backOffMs } from "./back_off.js";
import { AtriumError, mayComeBack, sentenceFor, sentenceForClose } from "./sentences.js";
import { Value } from "./watched.js";

export type Phase = "offline" | "connecting" | "online" | "waiting" | "ended";

export interface ConnectionState {
  readonly phase: Phase;
  /** How many tries have failed in a row. */
  readonly attempt: number;
  /** While waiting: when the next try is made, as Date.now() counts. */
  readonly retryAt?: number;
  readonly closeCode?: number;
  /** A sentence for people. */
  readonly reason?: string;
}

/** What the server says: an event's fields with its name as `type`. */
export type Said = { readonly type: string } & Record<string, unknown>;
/** The fields of a success, or why not. */
export type Answer = Record<string, unknown> | AtriumError;
export type Done = (answer: Answer) => void;

/** Whom the connection serves. */
export interface Served {
  up(): void;
  down(): void;
  event(said: Said): void;
  /** A request whose answer shows that the server is there. */
  probe(): { event: string; fields: object };
}

export interface ConnectionOptions {
  readonly url: string;
  readonly WebSocket: typeof WebSocket;
  readonly random: () => number;
  readonly quietMs: number;
  readonly answerMs: number;
}

const CONNECT_MS = 15_000;
/** What lived as long as this was well: the next try is a first one. */
const WELL_MS = 10_000;
/** Volatile events are not queued behind so much that the network has not taken yet. */
const MOST_BUFFERED = 65_536;
const LOST = 1006;

export class Connection {
  readonly state = new Value<ConnectionState>({ phase: "offline", attempt: 0 });
  #o: ConnectionOptions;
  #served: Served;
  #socket: WebSocket | undefined;
  #isUp = false;
  #asked = new Map<number, Done>();
  #lastRef = 0;
  #failures = 0;
  #openedAt = 0;
  #heardAt = 0;
  #returnMs: number | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #deadline: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setTimeout> | undefined;

  constructor(o: ConnectionOptions, served: Served) {
    this.#o = o;
    this.#served = served;
  }

  get isOnline(): boolean {
    return this.#isUp;
  }

  open(): void {
    if (["connecting", "online"].includes(this.state.get().phase)) return;
    this.#listen("add");
    this.#try();
  }

  close(): void {
    this.#listen("remove");
    clearTimeout(this.#retry);
    this.#failures = 0;
    this.#drop();
    this.state.set({ phase: "offline", attempt: 0 });
  }

  /** Does not wait any longer. */
  retryNow(): void {
    if (this.state.get().phase === "waiting") this.#try();
  }

  /** Asks, and calls `done` with the answer in its order among the events. */
  ask(event: string, fields: object, done: Done): void {
    if (!this.isOnline) {
      done(new AtriumError("offline", sentenceFor("offline")));
      return;
    }
    const ref = ++this.#lastRef;
    this.#asked.set(ref, done);
    this.#socket!.send(JSON.stringify({ ...fields, type: event, ref }));
  }

  /** For what is worth nothing later: without an answer, and not at all if the line is busy. */
  tell(event: string, fields: object): void {
    if (this.isOnline && this.#socket!.bufferedAmount < MOST_BUFFERED)
      this.#socket!.send(JSON.stringify({ ...fields, type: event }));
  }

  #try(): void {
    clearTimeout(this.#retry);
    this.state.set({ phase: "connecting", attempt: this.#failures });
    let socket: WebSocket;
    try {
      socket = new this.#o.WebSocket(this.#o.url);
    } catch {
      this.state.set({ phase: "ended", attempt: 0, reason: "This is no address of a server." });
      return;
    }
    this.#socket = socket;
    this.#openedAt = 0;
    this.#deadline = setTimeout(() => this.#lost(LOST), CONNECT_MS);
    socket.onopen = () => this.#opened();
    socket.onmessage = ({ data }) => this.#heard(data);
    socket.onclose = ({ code, reason }) => this.#lost(code, reason);
    socket.onerror = () => {};
  }

  #opened(): void {
    clearTimeout(this.#deadline);
    this.#openedAt = this.#heardAt = Date.now();
    this.#returnMs = undefined;
    this.#isUp = true;
    this.state.set({ phase: "online", attempt: 0 });
    this.#watchFor(this.#o.quietMs);
    this.#served.up();
  }

  #heard(data: unknown): void {
    this.#heardAt = Date.now();
    let said: Said;
    try {
      said = JSON.parse(String(data)) as Said;
    } catch {
      return;
    }
    if (said.type !== "ack") {
      if (said.type === "server:shutdown") this.#returnMs = Number(said.retryAfterMs);
      this.#served.event(said);
      return;
    }
    const ref = said.ref as number;
    const done = this.#asked.get(ref);
    this.#asked.delete(ref);
    done?.(said.success === true ? said : failureOf(said));
  }

  /** Nothing of the old socket is listened to any more, and nobody waits for it. */
  #drop(): void {
    clearTimeout(this.#deadline);
    clearTimeout(this.#watch);
    const socket = this.#socket;
    this.#socket = undefined;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    // An error that nobody listens to would end a program on Node.
    socket.onerror = () => {};
    socket.close(1000);
    const wasUp = this.#isUp;
    this.#isUp = false;
    const asked = [...this.#asked.values()];
    this.#asked.clear();
    // First, so that nobody who gets no answer asks again at once.
    if (wasUp) this.#served.down();
    for (const done of asked) done(new AtriumError("offline", sentenceFor("offline")));
  }

  #lost(closeCode: number, said = ""): void {
    if (this.#openedAt && Date.now() - this.#openedAt > WELL_MS) this.#failures = 0;
    this.#drop();
    // A listener may have closed or opened it meanwhile.
    if (this.#socket || this.state.get().phase === "offline") return;
    const reason = sentenceForClose(closeCode);
    if (!mayComeBack(closeCode)) {
      const more = closeCode === 4403 && said ? ` ${sentenceFor("", said)}` : "";
      this.#listen("remove");
      this.state.set({ phase: "ended", attempt: 0, closeCode, reason: reason + more });
      return;
    }
    const wait = this.#returnMs ?? backOffMs(this.#failures, this.#o.random);
    this.#returnMs = undefined;
    const attempt = ++this.#failures;
    this.#retry = setTimeout(() => this.#try(), wait);
    this.state.set({ phase: "waiting", attempt, retryAt: Date.now() + wait, closeCode, reason });
  }

  #watchFor(ms: number): void {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => {
      const rest = this.#heardAt + this.#o.quietMs - Date.now();
      if (rest > 0) this.#watchFor(rest);
      else this.#probe();
    }, ms);
  }

  /** Timers of a page that nobody sees come late, so what counts is whether anything was heard. */
  #probe = (): void => {
    if (!this.isOnline) return;
    const askedAt = Date.now();
    const { event, fields } = this.#served.probe();
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => this.#lost(LOST), this.#o.answerMs);
    this.ask(event, fields, () => {
      if (!this.isOnline || this.#heardAt < askedAt) return;
      clearTimeout(this.#deadline);
      this.#watchFor(this.#o.quietMs);
    });
  };

  /** The browser knows more: it tells when a network comes or goes, and when the page is seen. */
  #network = (): void => {
    this.retryNow();
    this.#probe();
  };

  #seen = (): void => {
    if (document.visibilityState === "visible") this.#network();
  };

  #listen(how: "add" | "remove"): void {
    if (typeof document === "undefined") return;
    const change = `${how}EventListener` as const;
    window[change]("online", this.#network);
    window[change]("offline", this.#probe);
    document[change]("visibilitychange", this.#seen);
  }
}

function failureOf({ code, error, retryAfterMs }: Record<string, unknown>): AtriumError {
  const name = String(code);
  return new AtriumError(name, sentenceFor(name, String(error)),
    typeof retryAfterMs === "number" ? retryAfterMs : undefined);
}
