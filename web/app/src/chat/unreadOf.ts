// Which messages were not seen. Pure.
import type { Message } from "@atrium/client";

/** Those of others after the number `seen`, oldest first. */
export function unreadOf(messages: readonly Message[], userId: string, seen: number): Message[] {
  return messages.filter((message) => message.seq > seen && message.userId !== userId);
}
