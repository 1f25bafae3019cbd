// What is fetched when a room or a space is entered, in one piece.
export { RoomPage } from "./RoomPage";
export { SpaceEntry } from "./SpaceEntry";
