// The client: one connection, and the rooms and spaces that one is in over it. Whoever is in a room
// is in again after every reconnect, in the order in which the rooms were entered.
import { type Answer, Connection, type ConnectionState, type Said } from "./connection.js";
import type { ServerEvents } from "./contract.js";
import type { Entry, Host, Identity } from "./entry.js";
import { Room, type RoomOptions } from "./room.js";
import { AtriumError } from "./sentences.js";
import { Space } from "./space.js";
import { callAll, Value, type Watched } from "./watched.js";

export interface Options {
  /** Where the server's WebSocket is; without it `/ws` of the page's own host. */
  url?: string;
  /** Without it the server makes one up; `me` shows it after the first join. */
  userId?: string;
  username: string;
  /** A JSON Web Token, for servers that ask for one. */
  token?: string;
  /** For programs outside of a browser. */
  WebSocket?: typeof WebSocket;
  /** [0, 1), for the jitter of the back-off. */
  random?: () => number;
  /** When nothing was heard for `quietMs` the server is asked, and has `answerMs` to answer. */
  heartbeat?: { quietMs?: number; answerMs?: number };
}

const QUIET_MS = 20_000;
const ANSWER_MS = 10_000;
/** Kept for rooms whose id is not known before their join's result. */
const MOST_STRAYS = 100;

export class Atrium {
  #connection: Connection;
  #me: Value<Identity>;
  #entries = new Set<Entry>();
  #handlers = new Map<string, Set<(e: never) => void>>();
  #strays: Said[] = [];
  #host: Host;

  constructor(o: Options) {
    const url = new URL(o.url ?? defaultUrl());
    const http = `${url.protocol === "wss:" ? "https" : "http"}://${url.host}`;
    if (o.token) url.searchParams.set("token", o.token);
    this.#me = new Value({ userId: o.userId ?? "", username: o.username });
    const { quietMs = QUIET_MS, answerMs = ANSWER_MS } = o.heartbeat ?? {};
    this.#connection = new Connection(
      { url: url.href, WebSocket: o.WebSocket ?? WebSocket, random: o.random ?? Math.random,
        quietMs, answerMs },
      {
        up: () => this.#entries.forEach((e) => e.enter()),
        down: () => {
          this.#strays = [];
          this.#entries.forEach((e) => e.down());
        },
        event: (said) => this.#take(said),
        probe: () => this.#probe(),
      });
    this.#host = { connection: this.#connection, me: this.#me, token: o.token, http,
      drop: (e) => this.#entries.delete(e) };
  }

  get connection(): Watched<ConnectionState> {
    return this.#connection.state;
  }

  /** Who we are. `userId` is empty until the server made one up, if none was given. */
  get me(): Watched<Identity> {
    return this.#me;
  }

  /** Connects, and comes back by itself from then on. Also after the connection `ended`. */
  connect(): void {
    this.#connection.open();
  }

  /** Ends the connection. Rooms stay as they are; `connect` enters them again. */
  close(): void {
    this.#connection.close();
  }

  /** Does not wait for the next try. */
  retryNow(): void {
    this.#connection.retryNow();
  }

  /** Takes another name, in all rooms. */
  rename(username: string): void {
    this.#me.set({ ...this.#me.get(), username });
    this.#entries.forEach((e) => e.enter());
  }

  /** Enters a room, by id or code. The same object for a room that we are in already. */
  room(roomId: string, o: RoomOptions = {}): Room {
    const known = [...this.#entries].find((e) => e instanceof Room && e.isOf(roomId));
    return (known as Room | undefined) ?? this.#add(new Room(this.#host, roomId, o));
  }

  /** Enters a space. A room and a space of the same id can't be entered over one connection. */
  space(spaceId: string, o: { password?: string } = {}): Space {
    const known = [...this.#entries].find((e) => e instanceof Space && e.isOf(spaceId));
    return (known as Space | undefined) ?? this.#add(new Space(this.#host, spaceId, o.password));
  }

  /** Any event of the contract; its result, or an AtriumError. Nothing is sent again. */
  request<T>(event: string, fields: object): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#connection.ask(event, fields, (answer: Answer) => {
        if (answer instanceof AtriumError) reject(answer);
        else resolve(answer as T);
      });
    });
  }

  /** Calls `handler` with each event of that name. The returned function ends that. */
  on<E extends keyof ServerEvents>(event: E, handler: (e: ServerEvents[E]) => void): () => void {
    const handlers = this.#handlers.get(event) ?? new Set();
    this.#handlers.set(event, handlers);
    const own = (e: ServerEvents[E]): void => handler(e);
    handlers.add(own);
    return () => handlers.delete(own);
  }

  #add<T extends Entry>(entry: T): T {
    this.#entries.add(entry);
    // Those that came before the id was known, if it is theirs.
    entry.named = () => this.#takeStrays(entry);
    entry.enter();
    return entry;
  }

  #take(said: Said): void {
    const id = said.roomId ?? said.spaceId;
    const entries = [...this.#entries];
    const meant = entries.filter((e) => id === undefined || e.isOf(id));
    for (const e of meant) e.take(said);
    if (meant.length === 0 && entries.some((e) => !e.isNamed) && this.#strays.length < MOST_STRAYS)
      this.#strays.push(said);
    const handlers = this.#handlers.get(said.type) as Set<(e: Said) => void> | undefined;
    if (handlers) callAll(handlers, said);
  }

  #takeStrays(entry: Entry): void {
    const all = this.#strays;
    this.#strays = [];
    for (const said of all) {
      if (entry.isOf(said.roomId ?? said.spaceId)) entry.take(said);
      else this.#strays.push(said);
    }
    if ([...this.#entries].every((e) => e.isNamed)) this.#strays = [];
  }

  #probe(): { event: string; fields: object } {
    for (const e of this.#entries)
      if (e.isNamed) return { event: "presence:list", fields: { roomId: e.roomId, limit: 1 } };
    return { event: "getOnlineStatus", fields: {} };
  }
}

function defaultUrl(): string {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`;
}
