// The rooms that this browser was in last: newest first, at most eight, names as they were then.
import type { RoomInfo, Watched } from "@atrium/client";
import { readText, writeText } from "../identity/storage";
import { parseRecent, withRecent, type RecentRoom } from "./recentList";

const KEY = "atrium.recent";
const listeners = new Set<() => void>();
let current: readonly RecentRoom[] = parseRecent(readText(KEY));

export const recentRooms: Watched<readonly RecentRoom[]> = {
  get: () => current,
  subscribe(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

/** It was entered just now. */
export function rememberRoom(room: RoomInfo, now = Date.now()): void {
  const { id, code, name, kind } = room;
  keep(withRecent(current, { id, code, name, kind, at: now }));
}

/** It is gone, or the person wants it off the list. */
export function forgetRoom(id: string): void {
  if (current.some((room) => room.id === id)) keep(current.filter((room) => room.id !== id));
}

function keep(list: readonly RecentRoom[]): void {
  current = list;
  writeText(KEY, JSON.stringify(list));
  listeners.forEach((listener) => listener());
}

addEventListener("storage", (event) => {
  if (event.key !== KEY) return;
  current = parseRecent(event.newValue);
  listeners.forEach((listener) => listener());
});
