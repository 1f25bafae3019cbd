// A space: where the others stand, where we do, and walking. Own moves show at once; the server has
// the last word: it puts back who walked out of bounds. Moves are volatile, at most 30 a second, the
// newest counts. After a reconnect the server says where we stand; it keeps the place for some time.
import type { Said } from "./connection.js";
import type { Point, RoomInfo, ServerEvents, SpaceUser } from "./contract.js";
import { Entry, type Host } from "./entry.js";
import { Pace } from "./pace.js";
import { Made, Value, type Watched } from "./watched.js";

export interface Size {
  readonly width: number;
  readonly height: number;
}

export class Space extends Entry {
  #me = new Value<Point | null>(null);
  #info = new Value<Size | null>(null);
  #rejected = new Value(0);
  #people = new Map<string, SpaceUser>();
  #users = new Made<readonly SpaceUser[]>(() => [...this.#people.values()]);
  #pace = new Pace(33, () => {
    if (this.isLive) this.host.connection.tell("move", { ...this.#me.get(), spaceId: this.id });
  });

  /** @internal Spaces are made by `Atrium.space`. */
  constructor(host: Host, spaceId: string, password: string | undefined) {
    super(host, spaceId, password);
  }

  /** How large it is; null until that is known. */
  get info(): Watched<Size | null> {
    return this.#info;
  }

  /** Where we stand; null until we were in. */
  get me(): Watched<Point | null> {
    return this.#me;
  }

  /** The others, also who lost the connection just now (`away`). */
  get users(): Watched<readonly SpaceUser[]> {
    return this.#users;
  }

  /** How many moves the server took back. */
  get rejected(): Watched<number> {
    return this.#rejected;
  }

  /** Walks to a place; without effect while there is no connection. */
  move(x: number, y: number): void {
    if (!this.isLive) return;
    this.#me.set({ x, y });
    this.#pace.ask();
  }

  leave(): void {
    if (this.isLive) this.host.connection.tell("leave-space", { spaceId: this.id });
    this.end("left", "left", "You left the space.");
  }

  /** @internal */
  override down(): void {
    super.down();
    this.#pace.stop();
  }

  /** @internal */
  override take(said: Said): void {
    const handle = this.#handlers[said.type as keyof ServerEvents] as
      ((e: unknown) => void) | undefined;
    handle?.(said);
  }

  protected override entrance(): { event: string; fields: object } {
    const token = this.host.token;
    return { event: "join-space", fields: { spaceId: this.id, ...(token && { token }) } };
  }

  protected override entered(answer: Record<string, unknown>): void {
    this.#me.set(answer.spawn as Point);
    if (!this.#info.get()) void this.#measure();
  }

  protected override over(): void {
    this.#people.clear();
    this.#users.changed();
  }

  #handlers: { [E in keyof ServerEvents]?: (e: ServerEvents[E]) => void } = {
    "space-joined": ({ spawn, users }) => {
      this.#me.set(spawn);
      this.#people = new Map(users.map((u) => [u.userId, u]));
      this.#users.changed();
    },
    "user-joined-space": ({ userId, username, x, y }) =>
      this.#put({ userId, username, x, y, status: "online" }),
    "user-moved": ({ userId, x, y }) => {
      // Another tab of ours walks with us.
      if (userId === this.host.me.get().userId) this.#me.set({ x, y });
      else this.#change(userId, { x, y });
    },
    "user-away-space": ({ userId }) => this.#change(userId, { status: "away" }),
    "user-left-space": ({ userId }) => {
      this.#people.delete(userId);
      this.#users.changed();
    },
    "movement-rejected": ({ x, y }) => {
      this.#pace.stop();
      this.#me.set({ x, y });
      this.#rejected.set(this.#rejected.get() + 1);
    },
    "presence:delta": ({ changed }) => {
      for (const { userId, username, status, text } of changed)
        this.#change(userId, { username, status, ...(text !== undefined && { text }) });
    },
    "room:closed": (e) => this.closed(e.reason),
    kicked: (e) => this.kicked(e.reason),
  };

  #put(user: SpaceUser): void {
    if (user.userId === this.host.me.get().userId) return;
    this.#people.set(user.userId, user);
    this.#users.changed();
  }

  #change(userId: string, what: Partial<SpaceUser>): void {
    const user = this.#people.get(userId);
    if (user) this.#put({ ...user, ...what });
  }

  /** Entering does not tell how large the space is; REST does. */
  async #measure(): Promise<void> {
    const token = this.host.token;
    try {
      const answer = await fetch(`${this.host.http}/api/rooms/${encodeURIComponent(this.id)}`,
        token ? { headers: { authorization: `Bearer ${token}` } } : {});
      const { room } = (await answer.json()) as { room?: RoomInfo };
      if (room?.width && room.height) this.#info.set({ width: room.width, height: room.height });
    } catch {
      // It is asked again when we come in again.
    }
  }
}
