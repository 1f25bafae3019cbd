// The rooms that this browser was in last, for coming back.
import { useWatched } from "../hooks/useWatched";
import { ago } from "../parts/ago";
import { Icon } from "../parts/Icon";
import { routeHref } from "../routing/route";
import { forgetRoom, recentRooms } from "./recent";

export function RecentRoomList() {
  const rooms = useWatched(recentRooms);
  if (rooms.length === 0) return null;
  return (
    <section className="rooms-section" aria-labelledby="recent-rooms">
      <header className="rooms-section-head">
        <h2 id="recent-rooms">Recent</h2>
      </header>
      <ul className="recent-rooms" aria-label="Recent rooms">
        {rooms.map(({ id, name, kind, at }) => (
          <li key={id} className="recent-room">
            <a
              href={routeHref(
                kind === "space" ? { page: "space", space: id } : { page: "room", room: id },
              )}
            >
              <Icon name={kind === "space" ? "map" : "chat"} />
              <span className="recent-room-name">{name}</span>
              <small>{ago(at)}</small>
            </a>
            <button
              type="button"
              className="icon-button is-small"
              aria-label={`Forget ${name}`}
              title="Take off this list"
              onClick={() => forgetRoom(id)}
            >
              <Icon name="close" />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
