// What goes over the wire, as types: the events of the server by name, and what stands in them.
// Names are those of the contract. Nothing here runs.

export type MessageType = "text" | "image" | "file" | "system";

/**
 * Where an own message is on its way. `sending`: in the queue or on the wire. `sent`: the room has
 * it and everybody sees it. `persisted`: the store has confirmed it. `failed`: see `failure`.
 */
export type Delivery = "sending" | "sent" | "persisted" | "failed";

export interface Message {
  /** Sorts in the room's order. Of one that the room does not have yet: its `clientMessageId`. */
  readonly id: string;
  readonly roomId: string;
  /** 0 for one that the room does not have yet. */
  readonly seq: number;
  readonly userId: string;
  readonly username: string;
  readonly userImage?: string;
  /** Empty in a deleted message. */
  readonly message: string;
  readonly type: MessageType;
  /** Milliseconds since 1970, by the server's clock; by ours as long as the room does not have it. */
  readonly timestamp: number;
  readonly replyTo?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly clientMessageId?: string;
  readonly editedAt?: number;
  readonly deletedAt?: number;
  /** Only of messages that were sent from here. */
  readonly delivery?: Delivery;
  /** A sentence for people. */
  readonly failure?: string;
}

export type Status = "online" | "busy" | "away";

export interface Participant {
  readonly userId: string;
  readonly username: string;
  readonly status: Status;
  readonly text?: string;
  /** 0: the last one was lost, the place is kept for a while. */
  readonly connections: number;
  readonly joinedAt: number;
  readonly x?: number;
  readonly y?: number;
}

export interface RoomInfo {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly participantCount: number;
  readonly maxParticipants: number;
  readonly kind: "room" | "space";
  readonly isPrivate: boolean;
  readonly hasPassword: boolean;
  readonly locked: boolean;
  readonly ttlSeconds: number;
  readonly lastActivity: number;
  readonly width?: number;
  readonly height?: number;
  readonly spawn?: { readonly x: number; readonly y: number };
}

/** An element of a whiteboard, as Excalidraw makes them. */
export interface Element {
  readonly id: string;
  readonly version: number;
  readonly versionNonce?: number;
  readonly isDeleted?: boolean;
  readonly index?: string | null;
  readonly [member: string]: unknown;
}

/** Where somebody points; what else the sender put into it is there as well. */
export interface Pointing {
  readonly userId: string;
  readonly username: string;
  readonly x: number;
  readonly y: number;
  readonly button?: string;
  readonly tool?: string;
  readonly [member: string]: unknown;
}

export interface Cursor extends Pointing {
  /** When it moved last, in ms since 1970 by our clock. */
  readonly seen: number;
}

/** Somebody else in a space. */
export interface SpaceUser {
  readonly userId: string;
  readonly username: string;
  readonly x: number;
  readonly y: number;
  readonly status: Status;
  readonly text?: string;
}

/** What an operator says to a room, or to all. */
export interface Notice {
  /** Counts up, so that lists have a key. */
  readonly id: number;
  readonly message: string;
  readonly timestamp: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

interface OfRoom {
  readonly roomId: string;
  /** The truth anew, because this connection was too slow for all that happened. */
  readonly resync?: boolean;
}

interface OfSpaceUser {
  readonly spaceId: string;
  readonly userId: string;
}

/** On the wire `type` names the event, so a message's own type has another name there. */
export interface LiveMessage extends Omit<Message, "type" | "delivery" | "failure"> {
  readonly messageType: MessageType;
  readonly resync?: boolean;
}

/** What the server says, by the event's name. */
export interface ServerEvents {
  "chat:message": LiveMessage;
  "chat:edited": OfRoom & { id: string; message: string; editedAt: number; seq: number };
  "chat:deleted": OfRoom & { id: string; deletedAt: number; seq: number };
  "chat:history": OfRoom & { messages: readonly Message[]; count: number };
  "whiteboard:state": OfRoom & { elements: readonly Element[]; version: number };
  "whiteboard-update": OfRoom & { elements: readonly Element[]; version: number; seq: number };
  "whiteboard:patch": OfRoom & { elements: readonly Element[]; version: number; seq: number };
  "whiteboard:digest": OfRoom & { version: number; count: number; hash: string };
  cursor: OfRoom & Pointing;
  typing: OfRoom & { userId: string; username: string; isTyping: boolean };
  "presence:update": OfRoom & { participants: readonly Participant[]; count: number };
  "presence:delta": OfRoom & {
    joined: readonly Participant[];
    left: readonly Participant[];
    changed: readonly Participant[];
    count: number;
  };
  "room:seq": OfRoom & { epoch: string; seq: number };
  "room:closed": OfRoom & { reason: string };
  "room:locked": OfRoom & { locked: boolean };
  kicked: OfRoom & { reason: string };
  announce: { roomId?: string; message: string; timestamp: number };
  "space-joined": {
    spaceId: string;
    spawn: Point;
    users: readonly SpaceUser[];
    resync?: boolean;
  };
  "user-joined-space": OfSpaceUser & { username: string; x: number; y: number; returned?: boolean };
  "user-moved": OfSpaceUser & { x: number; y: number };
  "user-away-space": OfSpaceUser;
  "user-left-space": OfSpaceUser;
  "movement-rejected": { spaceId: string; x: number; y: number };
  "server:shutdown": { retryAfterMs: number };
  error: { event: string; code: string; message: string; retryAfterMs?: number };
}

/** The result of `join`. */
export interface Joined {
  readonly room: RoomInfo;
  readonly userId: string;
  readonly epoch: string;
  readonly seq: number;
  readonly recovered: boolean;
  readonly participants: readonly Participant[];
  readonly count: number;
}
