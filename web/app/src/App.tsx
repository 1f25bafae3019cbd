// Which page is shown. The list of rooms comes with the first load; the room's page at once after
// it, so that it is there when somebody enters; the board and the space's map only when they are
// shown.
import { lazy, Suspense, useEffect } from "react";
import { Boundary } from "./parts/Boundary";
import { RoomSkeleton } from "./parts/RoomSkeleton";
import { Toasts } from "./parts/Toasts";
import { RoomsPage } from "./rooms/RoomsPage";
import type { Route } from "./routing/route";
import { useRoute } from "./routing/useRoute";

const roomCode = () => import("./room/pages");
const RoomPage = lazy(async () => ({ default: (await roomCode()).RoomPage }));
const SpaceEntry = lazy(async () => ({ default: (await roomCode()).SpaceEntry }));

export function App() {
  const route = useRoute();
  useEffect(() => void roomCode().catch(() => undefined), []);
  return (
    <>
      <Boundary key={route.page} what="This page">
        <Suspense fallback={<RoomSkeleton />}>
          <Page route={route} />
        </Suspense>
      </Boundary>
      <Toasts />
    </>
  );
}

function Page({ route }: { route: Route }) {
  switch (route.page) {
    case "rooms":
      return <RoomsPage />;
    case "room":
      return <RoomPage key={route.room} roomKey={route.room} />;
    case "space":
      return <SpaceEntry key={route.space} spaceId={route.space} />;
  }
}
