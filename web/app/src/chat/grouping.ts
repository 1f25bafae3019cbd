// From a row of messages to what is shown: days, and runs of one author's messages. Pure.
import type { Message } from "@atrium/client";
import { daysBetween } from "../parts/ago";

export type ChatItem =
  | { kind: "day"; key: string; at: number }
  | { kind: "unread"; key: string }
  | { kind: "system"; key: string; message: Message }
  | { kind: "group"; key: string; messages: Message[] };

/** A pause after which the same author begins a new group. */
export const PAUSE_MS = 5 * 60_000;

/**
 * Messages oldest first. `unreadFrom` is the id of the first one that was not seen; a marker goes
 * before it. Keys stay the same when a message of one's own gets its id from the server.
 */
export function chatItems(messages: readonly Message[], unreadFrom: string | null): ChatItem[] {
  const items: ChatItem[] = [];
  let before: Message | null = null;
  for (const message of messages) {
    if (!before || daysBetween(before.timestamp, message.timestamp) !== 0) {
      items.push({ kind: "day", key: `day-${messageKey(message)}`, at: message.timestamp });
    }
    if (message.id === unreadFrom) items.push({ kind: "unread", key: "unread" });
    const last = items[items.length - 1]!;
    if (message.type === "system") {
      items.push({ kind: "system", key: messageKey(message), message });
    } else if (last.kind === "group" && before && belongsTogether(before, message)) {
      last.messages.push(message);
    } else {
      items.push({ kind: "group", key: `group-${messageKey(message)}`, messages: [message] });
    }
    before = message;
  }
  return items;
}

/** A name for a message that stays when it is stored. */
export function messageKey(message: Message): string {
  return message.clientMessageId ? `${message.userId}/${message.clientMessageId}` : message.id;
}

function belongsTogether(before: Message, next: Message): boolean {
  return (
    before.userId === next.userId &&
    before.username === next.username &&
    next.timestamp - before.timestamp < PAUSE_MS
  );
}
