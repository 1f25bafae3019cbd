// The shape of a room while it is on its way.
import "./roomSkeleton.css";

export function RoomSkeleton() {
  return (
    <div className="room" role="status" aria-label="The room is opening" aria-busy="true">
      <div className="room-bar" aria-hidden="true">
        <span className="skeleton" style={{ width: 180, height: 20 }} />
      </div>
      <div className="room-waiting" aria-hidden="true">
        {[52, 36, 64, 28].map((width, at) => (
          <span key={width} className={at === 2 ? "room-waiting-line is-own" : "room-waiting-line"}>
            <span className="skeleton" style={{ width: `${width}%`, height: 38 }} />
          </span>
        ))}
      </div>
    </div>
  );
}
