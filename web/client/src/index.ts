// The public face of the library.
import type {
  Cursor, Element, Message, Notice, Participant, RoomInfo, ServerEvents, SpaceUser, Status,
} from "./contract.js";
import type { Watched } from "./watched.js";

export type * from "./contract.js";
export type { Watched } from "./watched.js";

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

export interface Options {
  /** Where the server's WebSocket is; without it `/ws` of the page's own host. */
  url?: string;
  /** Without it the server makes one up; `me` shows it after the first join. */
  userId?: string;
  username: string;
  token?: string;
  WebSocket?: typeof WebSocket;
  random?: () => number;
}

export interface EntryState {
  /** It stays `joined` while the connection is away: `Atrium.connection` tells that. */
  readonly phase: "joining" | "joined" | "refused" | "closed" | "kicked" | "left";
  readonly code?: string;
  /** A sentence for people. */
  readonly reason?: string;
}

export declare class AtriumError extends Error {
  readonly code: string;
  readonly retryAfterMs?: number;
}

export declare class Atrium {
  constructor(o: Options);
  readonly connection: Watched<ConnectionState>;
  readonly me: Watched<{ readonly userId: string; readonly username: string }>;
  connect(): void;
  close(): void;
  retryNow(): void;
  rename(username: string): void;
  room(roomId: string, o?: { password?: string; board?: boolean }): Room;
  space(spaceId: string, o?: { password?: string }): Space;
  request<T>(event: string, fields: object): Promise<T>;
  on<E extends keyof ServerEvents>(event: E, handler: (e: ServerEvents[E]) => void): () => void;
}

export declare class Room {
  readonly state: Watched<EntryState>;
  readonly info: Watched<RoomInfo | null>;
  readonly messages: Watched<readonly Message[]>;
  readonly hasMore: Watched<boolean>;
  readonly participants: Watched<readonly Participant[]>;
  readonly count: Watched<number>;
  readonly typing: Watched<readonly { readonly userId: string; readonly username: string }[]>;
  readonly locked: Watched<boolean>;
  readonly notices: Watched<readonly Notice[]>;
  readonly board: Board;
  send(text: string,
    o?: { replyTo?: string; type?: "image" | "file"; metadata?: object }): string;
  retry(clientMessageId: string): void;
  discard(clientMessageId: string): void;
  edit(id: string, text: string): Promise<void>;
  delete(id: string): Promise<void>;
  loadOlder(limit?: number): Promise<void>;
  search(query: string, limit?: number): Promise<{ messages: Message[]; hasMore: boolean }>;
  setTyping(isTyping: boolean): void;
  setStatus(status: Status, text?: string): void;
  leave(): void;
}

export declare class Board {
  readonly elements: Watched<readonly Element[]>;
  readonly cursors: Watched<readonly Cursor[]>;
  readonly digestMisses: Watched<number>;
  /** Own changes that the server has not confirmed yet. */
  readonly unsaved: Watched<number>;
  /** Why the server refuses what was drawn, as a sentence for people; null if it does not. */
  readonly refusal: Watched<string | null>;
  /** Calls `listener` with what others changed, never with what was drawn here. */
  onRemote(listener: (changed: readonly Element[]) => void): () => void;
  draw(elements: readonly Element[]): void;
  clear(): Promise<void>;
  moveCursor(x: number, y: number, extra?: object): void;
}

export declare class Space {
  readonly state: Watched<EntryState>;
  readonly info: Watched<{ readonly width: number; readonly height: number } | null>;
  readonly me: Watched<{ readonly x: number; readonly y: number } | null>;
  readonly users: Watched<readonly SpaceUser[]>;
  readonly rejected: Watched<number>;
  move(x: number, y: number): void;
  leave(): void;
}

export declare function digest(elements: readonly Element[]): { count: number; hash: string };
