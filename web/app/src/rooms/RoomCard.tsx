// One public room in the list, as a link into it.
import type { RoomInfo } from "@atrium/client";
import { Icon } from "../parts/Icon";
import { routeHref } from "../routing/route";
import { readableCode } from "./roomKey";

export function RoomCard({ room }: { room: RoomInfo }) {
  const { id, code, name, kind, participantCount: here, maxParticipants: most } = room;
  const href = routeHref(
    kind === "space" ? { page: "space", space: id } : { page: "room", room: id },
  );
  const isFull = here >= most;
  return (
    <a className="room-card card" href={href}>
      <span className="room-card-kind" data-kind={kind}>
        <Icon name={kind === "space" ? "map" : "chat"} />
      </span>
      <span className="room-card-text">
        <strong className="room-card-name">{name}</strong>
        <span className="room-card-marks">
          <span className="mark room-card-code">{readableCode(code)}</span>
          {room.hasPassword && (
            <span className="mark">
              <Icon name="lock" />
              Password
            </span>
          )}
          {room.locked && (
            <span className="mark">
              <Icon name="eye" />
              Read-only
            </span>
          )}
        </span>
      </span>
      <span className={here > 0 ? "mark room-card-count is-live" : "mark room-card-count"}>
        <Icon name="people" />
        <span aria-hidden="true">{isFull ? "Full" : here}</span>
        <span className="unseen">
          {here} of {most} here{isFull ? ", full" : ""}
        </span>
      </span>
    </a>
  );
}
