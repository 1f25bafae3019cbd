// What an operator says to the room, until it was read.
import type { Room } from "@atrium/client";
import { useState } from "react";
import { useWatched } from "../hooks/useWatched";
import { clock } from "../parts/ago";
import { Icon } from "../parts/Icon";

export function Notices({ room }: { room: Room }) {
  const notices = useWatched(room.notices);
  const [readUpTo, setReadUpTo] = useState(-1);
  const last = notices[notices.length - 1];
  if (!last || last.id <= readUpTo) return null;
  return (
    <div className="notice chat-notice" role="alert">
      <Icon name="megaphone" />
      <span>
        {last.message} <small className="quiet">{clock(last.timestamp)}</small>
      </span>
      <button
        type="button"
        className="icon-button is-small"
        aria-label="Dismiss the announcement"
        onClick={() => setReadUpTo(last.id)}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}
