// What can be done with the message that is pointed at or has the focus.
import type { Message } from "@atrium/client";
import { Icon } from "../parts/Icon";
import { say } from "../parts/toasts";
import { copyText } from "../parts/copy";
import { canDelete, canEdit, canReply, type ChatActions } from "./actions";

interface Props {
  message: Message;
  userId: string;
  createdBy: string | undefined;
  actions: ChatActions;
}

export function MessageActions({ message, userId, createdBy, actions }: Props) {
  return (
    <div className="message-actions" role="group" aria-label="What to do with this message">
      {canReply(message) && (
        <button
          type="button"
          aria-label="Reply"
          title="Reply (R)"
          onClick={() => actions.reply(message)}
        >
          <Icon name="reply" />
        </button>
      )}
      {message.message && (
        <button
          type="button"
          aria-label="Copy text"
          title="Copy text"
          onClick={async () => (await copyText(message.message)) && say("Text copied")}
        >
          <Icon name="copy" />
        </button>
      )}
      {canEdit(message, userId) && (
        <button
          type="button"
          aria-label="Edit"
          title="Edit (E)"
          onClick={() => actions.startEdit(message)}
        >
          <Icon name="edit" />
        </button>
      )}
      {canDelete(message, userId, createdBy) && (
        <button
          type="button"
          aria-label="Delete"
          title="Delete (Del)"
          onClick={() => actions.askDelete(message)}
        >
          <Icon name="trash" />
        </button>
      )}
    </div>
  );
}
