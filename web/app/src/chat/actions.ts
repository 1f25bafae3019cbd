// What can be done with a message, and who may: what the list of messages asks of the pane around
// it.
import type { Message } from "@atrium/client";

export interface ChatActions {
  reply(message: Message): void;
  startEdit(message: Message): void;
  endEdit(): void;
  edit(message: Message, text: string): Promise<void>;
  askDelete(message: Message): void;
  retry(message: Message): void;
  discard(message: Message): void;
  /** Scrolls to a message and marks it, after loading what is missing. */
  jump(id: string): void;
}

/** The server's default (`chat.edit_window_ms`); a longer one there is not offered here. */
const EDITED_WITHIN_MS = 15 * 60_000;

export function canEdit(message: Message, userId: string, now = Date.now()): boolean {
  return (
    message.userId === userId &&
    message.type === "text" &&
    isStored(message) &&
    now - message.timestamp < EDITED_WITHIN_MS
  );
}

export function canDelete(
  message: Message,
  userId: string,
  createdBy: string | undefined,
): boolean {
  return isStored(message) && (message.userId === userId || createdBy === userId);
}

export function canReply(message: Message): boolean {
  return isStored(message);
}

/** The room has it, and it was not taken back. */
function isStored(message: Message): boolean {
  return message.seq > 0 && message.deletedAt === undefined;
}
