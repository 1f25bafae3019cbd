// How people are listed and described. Pure.
import type { Participant } from "@atrium/client";

/** Their connection was lost; the place is kept for a while. */
export function isGhost(person: Participant): boolean {
  return person.connections === 0;
}

/** Oneself first, then those who are connected, by name; ghosts at the end. */
export function inOrder(people: readonly Participant[], userId: string): Participant[] {
  const rank = (person: Participant) => (person.userId === userId ? 0 : isGhost(person) ? 2 : 1);
  return [...people].sort(
    (one, other) =>
      rank(one) - rank(other) ||
      one.username.localeCompare(other.username, undefined, { sensitivity: "base" }) ||
      (one.userId < other.userId ? -1 : 1),
  );
}

/** "Online", "Busy · in a call", "Away", "Lost the connection". */
export function statusWords(person: Participant): string {
  if (isGhost(person)) return "Lost the connection";
  const words = { online: "Online", busy: "Busy", away: "Away" }[person.status];
  return person.text ? `${words} · ${person.text}` : words;
}
