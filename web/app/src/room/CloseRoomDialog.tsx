// Asks before a room is ended for everybody.
import type { RoomInfo } from "@atrium/client";
import { useState } from "react";
import { closeRoom } from "../api/rooms";
import { sentenceOf } from "../api/sentences";
import { Dialog } from "../parts/Dialog";
import { forgetRoom } from "../rooms/recent";
import { go } from "../routing/route";

export function CloseRoomDialog({ info, onClose }: { info: RoomInfo; onClose(): void }) {
  const [problem, setProblem] = useState<string | null>(null);
  const [isUnderWay, setUnderWay] = useState(false);

  async function close() {
    setUnderWay(true);
    try {
      await closeRoom(info.id);
      forgetRoom(info.id);
      go({ page: "rooms" });
    } catch (error) {
      setProblem(sentenceOf(error));
      setUnderWay(false);
    }
  }

  return (
    <Dialog title="Close this room?" onClose={onClose}>
      <p>
        Everybody is taken out of <strong>{info.name}</strong>, and its messages and its board are
        deleted. That can’t be undone.
      </p>
      {problem && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      <div className="buttons">
        <button type="button" className="button is-plain" onClick={onClose} data-first>
          Keep it open
        </button>
        <button type="button" className="button is-danger" disabled={isUnderWay} onClick={close}>
          {isUnderWay && <span className="spinner" aria-hidden="true" />}
          Close for everybody
        </button>
      </div>
    </Dialog>
  );
}
