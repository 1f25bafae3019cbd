// Passwords of rooms that the person entered: kept for the life of the tab, so that a refresh does
// not ask again; never in the address, never for longer.
import { readText, writeText } from "./storage";

const KEY = "atrium.passwords";
const MOST = 50;
const tab = () => sessionStorage;
const known = new Map<string, string>(read());

/** The password that worked last for this room, if any. */
export function passwordOf(roomId: string): string | undefined {
  return known.get(roomId);
}

/** Keeps it; undefined forgets. The oldest make room. */
export function keepPassword(roomId: string, password: string | undefined): void {
  known.delete(roomId);
  if (password !== undefined) known.set(roomId, password);
  for (const oldest of [...known.keys()].slice(0, -MOST)) known.delete(oldest);
  writeText(KEY, JSON.stringify([...known]), tab);
}

function read(): [string, string][] {
  try {
    const kept: unknown = JSON.parse(readText(KEY, tab) ?? "[]");
    return Array.isArray(kept) ? (kept as [string, string][]) : [];
  } catch {
    return [];
  }
}
