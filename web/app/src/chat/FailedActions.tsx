// Under a message that could not be sent: why, and the two ways on.
import type { Message } from "@atrium/client";
import { Icon } from "../parts/Icon";
import type { ChatActions } from "./actions";

export function FailedActions({ message, actions }: { message: Message; actions: ChatActions }) {
  return (
    <div className="failed" role="alert">
      <p className="problem">
        <Icon name="warning" />
        <span>{message.failure ?? "This couldn’t be sent."}</span>
      </p>
      <button type="button" className="button is-small" onClick={() => actions.retry(message)}>
        Try again
      </button>
      <button
        type="button"
        className="button is-small is-plain"
        onClick={() => actions.discard(message)}
      >
        Discard
      </button>
    </div>
  );
}
