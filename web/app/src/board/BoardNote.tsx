// One line above the board when something about it is not as usual.
import type { Room } from "@atrium/client";
import { useWatched } from "../hooks/useWatched";
import { Icon } from "../parts/Icon";

export function BoardNote({ room }: { room: Room }) {
  const { phase } = useWatched(room.state);
  const isLocked = useWatched(room.locked);
  const refusal = useWatched(room.board.refusal);

  if (refusal) return <Note text={refusal} isProblem />;
  if (isLocked) return <Note text="This room is read-only at the moment: you can look, not draw." />;
  if (phase === "joining")
    return (
      <p className="board-note" role="status">
        <span className="spinner" />
        Fetching the board…
      </p>
    );
  return null;
}

function Note({ text, isProblem }: { text: string; isProblem?: boolean }) {
  return (
    <p className={isProblem ? "board-note is-problem" : "board-note"} role="status">
      <Icon name={isProblem ? "warning" : "lock"} />
      {text}
    </p>
  );
}
