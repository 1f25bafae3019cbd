// One message: what it answers, its text or attachment, how far it got. Renders again only when it
// changed.
import type { Message } from "@atrium/client";
import { memo } from "react";
import { clock, fullTime } from "../parts/ago";
import { AttachmentLink } from "./AttachmentLink";
import { attachmentOf } from "./attachment";
import type { ChatActions } from "./actions";
import { DeliveryMark } from "./DeliveryMark";
import { FailedActions } from "./FailedActions";
import { messageKey } from "./grouping";
import { MessageActions } from "./MessageActions";
import { MessageEditor } from "./MessageEditor";
import { MessageText } from "./MessageText";
import { Quote } from "./Quote";

interface Props {
  message: Message;
  /** The message that it answers, if that is loaded. */
  original: Message | undefined;
  userId: string;
  createdBy: string | undefined;
  isLastOfGroup: boolean;
  isActive: boolean;
  isEditing: boolean;
  isMarked: boolean;
  isTabStop: boolean;
  actions: ChatActions;
}

export const MessageRow = memo(function MessageRow(props: Props) {
  const { message, original, userId, createdBy, actions, isEditing } = props;
  const isOwn = message.userId === userId;
  const isDeleted = message.deletedAt !== undefined;
  const attachment = isDeleted ? null : attachmentOf(message);
  const { delivery } = message;
  const showsDelivery =
    delivery &&
    !isDeleted &&
    (props.isLastOfGroup || delivery === "sending") &&
    delivery !== "failed";
  return (
    <div
      className={classes(props, isOwn, isDeleted)}
      role="article"
      aria-label={`${message.username}, ${clock(message.timestamp)}`}
      data-key={messageKey(message)}
      data-id={message.id}
      tabIndex={props.isTabStop ? 0 : -1}
    >
      {props.isActive && !isEditing && !isDeleted && (
        <MessageActions message={message} userId={userId} createdBy={createdBy} actions={actions} />
      )}
      <div className="bubble" title={fullTime(message.timestamp)}>
        {message.replyTo && !isDeleted && (
          <Quote id={message.replyTo} original={original} onJump={actions.jump} />
        )}
        {attachment && <AttachmentLink attachment={attachment} />}
        {isDeleted ? (
          <p className="message-gone">Message deleted</p>
        ) : isEditing ? (
          <MessageEditor message={message} actions={actions} />
        ) : (
          message.message && <MessageText text={message.message} />
        )}
        {message.editedAt !== undefined && !isDeleted && !isEditing && (
          <small className="message-edited" title={fullTime(message.editedAt)}>
            edited
          </small>
        )}
      </div>
      {showsDelivery && <DeliveryMark delivery={delivery} />}
      {delivery === "failed" && <FailedActions message={message} actions={actions} />}
    </div>
  );
});

function classes(props: Props, isOwn: boolean, isDeleted: boolean): string {
  return [
    "message",
    isOwn && "is-own",
    isDeleted && "is-deleted",
    props.isEditing && "is-editing",
    props.isMarked && "is-marked",
    props.message.delivery === "sending" && "is-sending",
    props.message.delivery === "failed" && "is-failed",
  ]
    .filter(Boolean)
    .join(" ");
}
