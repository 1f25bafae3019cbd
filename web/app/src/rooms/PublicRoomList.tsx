// All public rooms, newest first, with what can be known before entering.
import { Icon } from "../parts/Icon";
import { RoomCard } from "./RoomCard";
import { usePublicRooms } from "./usePublicRooms";

export function PublicRoomList() {
  const { rooms, hasMore, isLoading, problem, renew, loadMore } = usePublicRooms();
  return (
    <section className="rooms-section" aria-labelledby="public-rooms" aria-busy={isLoading}>
      <header className="rooms-section-head">
        <h2 id="public-rooms">Public rooms</h2>
        <button
          type="button"
          className="icon-button"
          aria-label="Renew the list"
          title="Renew the list"
          onClick={renew}
        >
          <Icon name="refresh" />
        </button>
      </header>
      {problem && (
        <div className="notice is-problem" role="alert">
          <Icon name="warning" />
          <span>{problem}</span>
          <button type="button" className="button is-small" onClick={renew}>
            Try again
          </button>
        </div>
      )}
      {rooms === null && !problem && <CardSkeletons />}
      {rooms?.length === 0 && (
        <p className="rooms-none">No public room is open at the moment. Create the first one.</p>
      )}
      {rooms && rooms.length > 0 && (
        <ul className="room-cards" aria-label="Public rooms">
          {rooms.map((room) => (
            <li key={room.id}>
              <RoomCard room={room} />
            </li>
          ))}
        </ul>
      )}
      {hasMore && (
        <button type="button" className="button rooms-more" disabled={isLoading} onClick={loadMore}>
          {isLoading && <span className="spinner" aria-hidden="true" />}
          Show more rooms
        </button>
      )}
    </section>
  );
}

function CardSkeletons() {
  return (
    <ul className="room-cards" aria-label="The list is loading">
      {[0, 1, 2, 3].map((at) => (
        <li key={at} className="room-card card" aria-hidden="true">
          <span className="skeleton room-card-kind" />
          <span className="room-card-text">
            <span className="skeleton" style={{ width: `${65 - at * 8}%` }} />
            <span className="skeleton" style={{ width: "30%", height: 11, marginTop: 8 }} />
          </span>
        </li>
      ))}
    </ul>
  );
}
