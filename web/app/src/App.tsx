// Which page is shown. Rooms come with the first load; the space's map only when one is entered.
import { useRoute } from "./routing/useRoute";
import { RoomPage } from "./room/RoomPage";
import { RoomsPage } from "./rooms/RoomsPage";
import { SpaceEntry } from "./room/SpaceEntry";

export function App() {
  const route = useRoute();
  switch (route.page) {
    case "rooms":
      return <RoomsPage />;
    case "room":
      return <RoomPage key={route.room} roomKey={route.room} />;
    case "space":
      return <SpaceEntry key={route.space} spaceId={route.space} />;
  }
}
