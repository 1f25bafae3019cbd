// What was written but not sent, for the life of the tab: a refresh loses nothing. Bounded by the
// size of a message; one per room that the tab was in.
import { readText, writeText } from "../identity/storage";

const tab = () => sessionStorage;
const key = (roomId: string) => `atrium.draft.${roomId}`;

export function readDraft(roomId: string): string {
  return readText(key(roomId), tab) ?? "";
}

export function keepDraft(roomId: string, text: string): void {
  writeText(key(roomId), text || null, tab);
}
