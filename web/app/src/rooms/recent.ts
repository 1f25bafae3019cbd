// The rooms that this browser was in last: newest first, at most eight, names as they were then.
import type { RoomInfo, Watched } from "@atrium/client";
import { readText, writeText } from "../identity/storage";

export interface RecentRoom {
  id: string;
  code: string;
  name: string;
  kind: "room" | "space";
  /** When it was entered last, ms since 1970. */
  at: number;
}

export const MOST_RECENT = 8;
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

/** The list with `room` in front, once. Pure. */
export function withRecent(list: readonly RecentRoom[], room: RecentRoom): readonly RecentRoom[] {
  return [room, ...list.filter((other) => other.id !== room.id)].slice(0, MOST_RECENT);
}

/** Reads what was kept; whatever is not a room is left out. Pure. */
export function parseRecent(kept: string | null): readonly RecentRoom[] {
  try {
    const list: unknown = JSON.parse(kept ?? "[]");
    return Array.isArray(list) ? list.filter(isRecent).slice(0, MOST_RECENT) : [];
  } catch {
    return [];
  }
}

function isRecent(entry: unknown): entry is RecentRoom {
  if (typeof entry !== "object" || entry === null) return false;
  const { id, code, name, kind, at } = entry as Record<string, unknown>;
  return (
    [id, code, name].every((text) => typeof text === "string") &&
    (kind === "room" || kind === "space") &&
    typeof at === "number"
  );
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
