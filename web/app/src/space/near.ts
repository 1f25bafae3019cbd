// Who is near, in words: for those who don't see the map. Pure.
import type { SpaceUser } from "@atrium/client";
import { distance, type Point } from "./walking";

/** Cells within which people are beside one another. */
export const BESIDE = 3;

const WAYS = [
  "to the right", "below to the right", "below", "below to the left",
  "to the left", "above to the left", "above", "above to the right",
] as const;

/** The nearest first; those at the same distance by name. */
export function byDistance(users: readonly SpaceUser[], me: Point): readonly SpaceUser[] {
  return users
    .map((user) => ({ user, away: distance(user, me) }))
    .sort((a, b) => a.away - b.away || a.user.username.localeCompare(b.user.username))
    .map(({ user }) => user);
}

/** "beside you", "4 steps above to the right". */
export function whereIs(user: Point, me: Point): string {
  const away = distance(user, me);
  if (away < 1.5) return "beside you";
  const turn = Math.atan2(user.y - me.y, user.x - me.x) / (Math.PI / 4);
  const way = WAYS[(Math.round(turn) + 8) % 8]!;
  return `${Math.round(away)} steps ${way}`;
}

/** Who came beside `me` and who is no longer there, between two moments. */
export function encounters(before: ReadonlySet<string>, users: readonly SpaceUser[], me: Point) {
  const beside = new Set<string>();
  const met: string[] = [];
  for (const user of users) {
    // One who is beside stays so for a step more, or two on the border would meet all the time.
    const reach = before.has(user.userId) ? BESIDE + 1 : BESIDE;
    if (user.status === "away" || distance(user, me) > reach) continue;
    beside.add(user.userId);
    if (!before.has(user.userId)) met.push(user.username);
  }
  return { beside, met };
}
