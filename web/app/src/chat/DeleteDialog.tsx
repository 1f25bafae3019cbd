// Asks before a message is taken back, because that cannot be undone.
import type { Message, Room } from "@atrium/client";
import { useState } from "react";
import { sentenceOf } from "../api/sentences";
import { Dialog } from "../parts/Dialog";
import { quotedText } from "./Quote";

interface Props {
  room: Room;
  message: Message;
  onDone(): void;
}

export function DeleteDialog({ room, message, onDone }: Props) {
  const [problem, setProblem] = useState<string | null>(null);
  const [isUnderWay, setUnderWay] = useState(false);

  async function remove() {
    setUnderWay(true);
    try {
      await room.delete(message.id);
      onDone();
    } catch (error) {
      setProblem(sentenceOf(error));
      setUnderWay(false);
    }
  }

  return (
    <Dialog title="Delete this message?" onClose={onDone}>
      <blockquote className="deleting">{quotedText(message)}</blockquote>
      <p className="quiet">It goes for everybody. That can’t be undone.</p>
      {problem && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      <div className="buttons">
        <button type="button" className="button is-plain" onClick={onDone} data-first>
          Keep it
        </button>
        <button type="button" className="button is-danger" disabled={isUnderWay} onClick={remove}>
          Delete
        </button>
      </div>
    </Dialog>
  );
}
