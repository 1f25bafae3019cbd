// Where the whiteboard goes. Its code is fetched when it is shown for the first time; afterwards it
// stays, so that going to another tab and back loses neither zoom nor undo.
import type { Room } from "@atrium/client";
import { lazy, Suspense, useEffect, useState } from "react";
import { useWatched } from "../hooks/useWatched";
import { Boundary } from "../parts/Boundary";
import { theme } from "../theme/theme";

const BoardPane = lazy(() => import("../board/BoardPane"));

interface Props {
  room: Room;
  me: { readonly userId: string; readonly username: string };
  isShown: boolean;
}

export function BoardSlot({ room, me, isShown }: Props) {
  const [wasShown, setWasShown] = useState(false);
  const shownTheme = useWatched(theme);
  // After the first paint, so that the chat is there before the board's code is fetched.
  useEffect(() => {
    if (isShown) setWasShown(true);
  }, [isShown]);
  return (
    <section className="room-board" aria-label="Whiteboard" hidden={!isShown}>
      {wasShown ? (
        <Boundary what="The whiteboard">
          <Suspense fallback={<BoardWaiting />}>
            <BoardPane room={room} me={me} theme={shownTheme} />
          </Suspense>
        </Boundary>
      ) : (
        <BoardWaiting />
      )}
    </section>
  );
}

function BoardWaiting() {
  return (
    <p className="board-waiting" role="status">
      <span className="spinner" aria-hidden="true" />
      The whiteboard is on its way…
    </p>
  );
}
