// One participant.
import type { Participant } from "@atrium/client";
import { memo } from "react";
import { Avatar } from "../parts/Avatar";
import { isGhost, statusWords } from "./order";

export const PersonRow = memo(function PersonRow({
  person,
  isMe,
}: {
  person: Participant;
  isMe: boolean;
}) {
  const isLost = isGhost(person);
  return (
    <li className={isLost ? "person is-ghost" : "person"}>
      <span className="person-face">
        <Avatar userId={person.userId} username={person.username} isAway={isLost} />
        <span
          className="status-dot"
          data-status={isLost ? "ghost" : person.status}
          aria-hidden="true"
        />
      </span>
      <span className="person-text">
        <span className="person-name">
          <bdi>{person.username}</bdi>
          {isMe && <small> (you)</small>}
        </span>
        <small className="person-status">{statusWords(person)}</small>
      </span>
    </li>
  );
});
