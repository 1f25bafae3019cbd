// What stands where the board will be while its code and fonts are on their way.
import "./loading.css";

export function BoardLoading() {
  return (
    <div className="board-loading" role="status">
      <div className="board-loading-track" aria-hidden="true" />
      <p>Getting the board ready…</p>
    </div>
  );
}
