// A room as one stays in it: chat, people, whiteboard, kept up to date from the server's events.
//
// Order: what the server says is taken in as it comes. Chat and whiteboard changes carry the room's
// numbers; a gap in them, or a `room:seq` beyond what we have, makes us join again with `since`, and
// the server sends what was missed. What is taken twice changes nothing. History and board that come
// before a join's result are held until the result tells what they are: the same room or a new one
// of that name, the same epoch or one after a crash.
import { Board } from "./board.js";
import { ChatLog, messageOf } from "./chat_log.js";
import type { Answer, Said } from "./connection.js";
import type {
  Element, Joined, LiveMessage, Message, Notice, Participant, Pointing, RoomInfo,
  ServerEvents, Status,
} from "./contract.js";
import { Entry, type Host } from "./entry.js";
import { Outbox, type Sending } from "./outbox.js";
import { Position } from "./position.js";
import { Roster } from "./roster.js";
import { AtriumError } from "./sentences.js";
import { Typing, type Typist } from "./typing.js";
import { Made, Value, type Watched } from "./watched.js";

const MOST_NOTICES = 20;
const MOST_PAGES = 20;

export interface RoomOptions {
  readonly password?: string;
  /** False: the whiteboard is not kept. */
  readonly board?: boolean;
}

export class Room extends Entry {
  readonly board: Board;
  #info = new Value<RoomInfo | null>(null);
  #locked = new Value(false);
  #hasMore = new Value(false);
  #notices = new Value<readonly Notice[]>([]);
  #log = new ChatLog();
  #messages = new Made<readonly Message[]>(() => [...this.#log.messages, ...this.#outbox.unposted]);
  #outbox: Outbox;
  #roster = new Roster();
  #typing: Typing;
  #position = new Position();
  #hasBoard: boolean;
  /** This join is about the board only: nothing else was missed. */
  #isHealing = false;
  #held: { history?: readonly Message[]; elements?: readonly Element[]; version?: number } = {};
  #status: { status: Status; text?: string } | undefined;

  /** @internal Rooms are made by `Atrium.room`. */
  constructor(host: Host, roomId: string, { password, board = true }: RoomOptions) {
    super(host, roomId, password);
    this.#hasBoard = board;
    this.#outbox = new Outbox(this.#posting());
    this.#typing = new Typing((isTyping) => this.#tell("typing", { isTyping }));
    this.board = new Board(this.#drawing());
  }

  /** What the server says about the room; null until we were in. */
  get info(): Watched<RoomInfo | null> {
    return this.#info;
  }

  /** Oldest first, own ones that the room does not have yet at the end. */
  get messages(): Watched<readonly Message[]> {
    return this.#messages;
  }

  /** The server has older ones; `loadOlder` brings them. */
  get hasMore(): Watched<boolean> {
    return this.#hasMore;
  }

  /** Who is here, also who lost the connection just now (`away`, `connections` 0). */
  get participants(): Watched<readonly Participant[]> {
    return this.#roster.participants;
  }

  /** How many are connected. */
  get count(): Watched<number> {
    return this.#roster.count;
  }

  get typing(): Watched<readonly Typist[]> {
    return this.#typing.others;
  }

  /** An operator made the room read-only. */
  get locked(): Watched<boolean> {
    return this.#locked;
  }

  /** What operators said, the last ones, oldest first. */
  get notices(): Watched<readonly Notice[]> {
    return this.#notices;
  }

  /**
   * Posts a message, now or as soon as there is a connection. Its clientMessageId, by which it is
   * found in `messages`. Throws an AtriumError when too many wait already (`queue_full`), when there
   * is nothing to send, or when the room is over.
   */
  send(text: string, o: Omit<Sending, "text"> = {}): string {
    if (this.isOver) throw new AtriumError("room_closed", "You are not in this room any more.");
    if (!text.trim() && !o.type) throw new AtriumError("bad_request", "There is nothing to send.");
    const clientMessageId = newId();
    this.#outbox.add({ text, ...o }, {
      id: clientMessageId, clientMessageId, roomId: this.id, seq: 0, ...this.host.me.get(),
      message: text.trim(), type: o.type ?? "text", timestamp: Date.now(), delivery: "sending",
      ...(o.replyTo && { replyTo: o.replyTo }),
      ...(o.metadata && { metadata: o.metadata as Record<string, unknown> }),
    });
    this.#typing.set(false);
    return clientMessageId;
  }

  /** Tries a failed message again, as the last one. */
  retry(clientMessageId: string): void {
    this.#outbox.retry(clientMessageId);
  }

  /** Gives up a message that the room does not have. */
  discard(clientMessageId: string): void {
    this.#outbox.discard(clientMessageId);
  }

  async edit(id: string, text: string): Promise<void> {
    await this.#request("chat:edit", { id, message: text });
  }

  async delete(id: string): Promise<void> {
    await this.#request("chat:delete", { id });
  }

  /** Brings the page before the oldest message into `messages`. */
  async loadOlder(limit = 50): Promise<void> {
    const before = this.#log.oldest?.id;
    const page = await this.#request("chat:history", { limit, ...(before && { before }) });
    // A join may have replaced what we had.
    if (before !== this.#log.oldest?.id) return;
    this.#log.putOlder(page.messages as Message[]);
    this.#hasMore.set(page.hasMore === true);
    this.#messages.changed();
  }

  /** Messages that hold all words of `query`, newest first. */
  async search(query: string, limit = 50): Promise<{ messages: Message[]; hasMore: boolean }> {
    const found = await this.#request("chat:search", { query, limit });
    return { messages: found.messages as Message[], hasMore: found.hasMore === true };
  }

  /** To be called at each key: it is told now and then, and ends by itself. */
  setTyping(isTyping: boolean): void {
    this.#typing.set(isTyping);
  }

  setStatus(status: Status, text?: string): void {
    this.#status = { status, ...(text !== undefined && { text }) };
    this.#tell("presence:status", this.#status);
  }

  leave(): void {
    this.#tell("leave", {});
    this.end("left", "left", "You left the room.");
  }

  /** @internal */
  override down(): void {
    super.down();
    this.#typing.clear();
    this.board.down();
  }

  /** @internal */
  override take(said: Said): void {
    const handle = this.#handlers[said.type as keyof ServerEvents] as
      ((e: unknown) => void) | undefined;
    handle?.(said);
  }

  protected override entrance(): { event: string; fields: object } {
    const since = this.#isHealing ? undefined : this.#position.since;
    const token = this.host.token;
    return { event: "join", fields: { roomId: this.id, whiteboard: "patch", ...(since && { since }),
      ...(token && { token }) } };
  }

  protected override entered(answer: Record<string, unknown>): void {
    const joined = answer as unknown as Joined;
    const known = this.#info.get();
    if (known && known.createdAt !== joined.room.createdAt) this.#forget();
    const hasLost = this.#position.epoch !== "" && this.#position.epoch !== joined.epoch;
    const { history = [], elements = [], version = 0 } = this.#held;
    this.#held = {};
    this.#info.set(joined.room);
    this.#locked.set(joined.room.locked);
    if (joined.recovered) {
      if (this.#hasBoard) this.board.up();
    } else {
      if (this.#isHealing && !hasLost) this.#log.put(history);
      else this.#setHistory(history);
      if (this.#hasBoard) this.board.stated(elements, version, hasLost);
    }
    this.#isHealing = false;
    this.#position.set(joined.epoch, joined.seq);
    this.#roster.replace(joined.participants, joined.count);
    if (joined.participants.length < joined.count) this.#listPeople(undefined, MOST_PAGES);
    if (this.#status) this.#tell("presence:status", this.#status);
    this.#messages.changed();
    this.#outbox.pump();
  }

  protected override over(reason: string): void {
    this.#outbox.end(reason);
  }

  #handlers: { [E in keyof ServerEvents]?: (e: ServerEvents[E]) => void } = {
    "chat:message": (e) => this.#posted(e),
    "chat:edited": (e) => {
      this.#step(e.seq, e.resync);
      this.#log.edit(e.id, e.message, e.editedAt);
      this.#messages.changed();
    },
    "chat:deleted": (e) => {
      this.#step(e.seq, e.resync);
      this.#log.delete(e.id, e.deletedAt);
      this.#messages.changed();
    },
    "chat:history": (e) => {
      if (!e.resync) return void (this.#held.history = e.messages);
      this.#position.unknown();
      this.#setHistory(e.messages);
      this.#outbox.pump();
    },
    "whiteboard:state": (e) => {
      const { elements, version } = e;
      if (!e.resync) Object.assign(this.#held, { elements, version });
      else if (this.#hasBoard) this.board.stated(elements, version, false);
    },
    "whiteboard-update": (e) => this.#drawn(e),
    "whiteboard:patch": (e) => this.#drawn(e),
    "whiteboard:digest": (e) => {
      if (!this.#hasBoard || this.isEntering || this.board.isLike(e)) return;
      this.#isHealing = true;
      this.enter();
    },
    cursor: ({ roomId: _room, type: _type, ...pointing }) => {
      if (this.#hasBoard) this.board.pointers.take(pointing as Pointing);
    },
    typing: (e) => this.#typing.take(e, e.isTyping),
    "presence:update": (e) => {
      this.#roster.replace(e.participants, e.count);
      const here = new Set(e.participants.filter((p) => p.connections > 0).map((p) => p.userId));
      this.#keep((userId) => here.has(userId));
    },
    "presence:delta": (e) => {
      this.#roster.change(e.joined, e.left, e.changed, e.count);
      const gone = [...e.left, ...e.changed.filter((p) => p.connections === 0)];
      const away = new Set(gone.map((p) => p.userId));
      this.#keep((userId) => !away.has(userId));
    },
    "room:seq": (e) => {
      if (!this.isEntering && this.#position.compare(e.epoch, e.seq) === "gap") this.enter();
    },
    "room:closed": (e) => this.closed(e.reason),
    kicked: (e) => this.kicked(e.reason),
    "room:locked": ({ locked }) => {
      this.#locked.set(locked);
      const info = this.#info.get();
      if (info) this.#info.set({ ...info, locked });
    },
    announce: ({ message, timestamp }) => {
      const all = this.#notices.get();
      const id = (all[all.length - 1]?.id ?? 0) + 1;
      this.#notices.set([...all, { id, message, timestamp }].slice(-MOST_NOTICES));
    },
  };

  #posted(e: LiveMessage): void {
    this.#step(e.seq, e.resync);
    const m = messageOf(e);
    const delivery = m.userId === this.host.me.get().userId && m.clientMessageId
      ? this.#outbox.posted(m.clientMessageId) : undefined;
    if (this.#log.put([delivery ? { ...m, delivery } : m]) > 0) this.#hasMore.set(true);
    this.#typing.stopped(m.userId);
    this.#messages.changed();
  }

  #drawn(e: ServerEvents["whiteboard:patch"]): void {
    this.#step(e.seq, e.resync);
    if (this.#hasBoard) this.board.patched(e.elements, e.version);
  }

  /** A change came; whoever finds a gap asks for what is missing. */
  #step(seq: number, maySkip = false): void {
    if (this.#position.take(seq, maySkip || this.isEntering) === "gap") this.enter();
  }

  #setHistory(messages: readonly Message[]): void {
    this.#log.replace(messages);
    const me = this.host.me.get().userId;
    this.#outbox.reconcile((id) => {
      const found = this.#log.findSent(id, me);
      if (found && !found.delivery) this.#log.deliver(found.id, "sent");
      return found !== undefined;
    });
    // The room's numbers count drawings, too: it may turn out that there are no older messages.
    this.#hasMore.set((messages[0]?.seq ?? 1) > 1);
    this.#messages.changed();
  }

  /** The room that we were in is gone, and this is another one of the same name. */
  #forget(): void {
    this.#outbox.end("The room was closed before this could be sent.");
    this.#position.clear();
    this.#log.replace([]);
    if (this.#hasBoard) this.board.forget();
  }

  #keep(isHere: (userId: string) => boolean): void {
    this.#typing.keep(isHere);
    this.board.pointers.keep(isHere);
  }

  #listPeople(cursor: string | undefined, pages: number): void {
    this.#ask("presence:list", { ...(cursor && { cursor }) }, (answer) => {
      if (answer instanceof AtriumError) return;
      this.#roster.add(answer.participants as Participant[], Number(answer.count));
      if (answer.cursor && pages > 1) this.#listPeople(String(answer.cursor), pages - 1);
    });
  }

  #tell(event: string, fields: object): void {
    if (this.isLive) this.host.connection.tell(event, { ...fields, roomId: this.id });
  }

  #ask(event: string, fields: object, done: (answer: Answer) => void): void {
    this.ask(event, { ...fields, roomId: this.id }, (answer) => {
      if (!(answer instanceof AtriumError) && typeof answer.seq === "number")
        this.#step(answer.seq);
      done(answer);
    });
  }

  #request(event: string, fields: object): Promise<Record<string, unknown>> {
    return new Promise((resolve, reject) => {
      this.#ask(event, fields, (answer) => {
        if (answer instanceof AtriumError) reject(answer);
        else resolve(answer);
      });
    });
  }

  #posting(): ConstructorParameters<typeof Outbox>[0] {
    const isLive = (): boolean => this.isLive;
    return {
      get isLive() {
        return isLive();
      },
      post: (fields, done) => this.#ask("chat:message", fields, done),
      changed: () => this.#messages.changed(),
      delivered: (posted, clientMessageId, delivery, failure) => {
        const { id } = posted
          ?? this.#log.findSent(clientMessageId, this.host.me.get().userId) ?? { id: "" };
        // One that was posted long ago is further up, beyond what is loaded.
        if (posted && !this.#log.find(id) && id > (this.#log.oldest?.id ?? "")) this.#log.put([posted]);
        this.#log.deliver(id, delivery, failure);
        this.#messages.changed();
      },
    };
  }

  #drawing(): ConstructorParameters<typeof Board>[0] {
    const isLive = (): boolean => this.isLive;
    return {
      get isLive() {
        return isLive();
      },
      ask: (event, fields, done) => this.#ask(event, fields, done),
      tell: (event, fields) => this.#tell(event, fields),
    };
  }
}

/** Unique among all messages of a user; no secret. */
function newId(): string {
  const part = (): string => Math.random().toString(36).slice(2, 12);
  return `${Date.now().toString(36)}-${part()}${part()}`;
}
