// The list of recent rooms as a value. Pure.
export interface RecentRoom {
  id: string;
  code: string;
  name: string;
  kind: "room" | "space";
  /** When it was entered last, ms since 1970. */
  at: number;
}

export const MOST_RECENT = 8;

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
