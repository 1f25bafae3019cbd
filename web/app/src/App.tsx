// Which page is shown. Rooms come with the first load; the board and the space's map only when shown.
import { Toasts } from "./parts/Toasts";
import { RoomPage } from "./room/RoomPage";
import { SpaceEntry } from "./room/SpaceEntry";
import { RoomsPage } from "./rooms/RoomsPage";
import { useRoute } from "./routing/useRoute";
import type { Route } from "./routing/route";

export function App() {
  const route = useRoute();
  return (
    <>
      <Page route={route} />
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
