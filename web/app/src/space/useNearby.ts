// Who is around, the nearest first, and where we stand, looked at twice a second while people move:
// a list that jumped thirty times a second could not be read, by eye or by ear.
import type { Space, SpaceUser } from "@atrium/client";
import { useEffect, useState } from "react";
import { byDistance } from "./near";
import type { Point } from "./walking";

const EVERY_MS = 500;

export interface Nearby {
  readonly me: Point | null;
  readonly users: readonly SpaceUser[];
}

export function useNearby(space: Space): Nearby {
  const [nearby, setNearby] = useState(() => lookAround(space));

  useEffect(() => {
    let due: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      due = undefined;
      setNearby(lookAround(space));
    };
    const soon = () => {
      due ??= setTimeout(look, EVERY_MS);
    };
    look();
    const ends = [space.me.subscribe(soon), space.users.subscribe(soon)];
    return () => {
      ends.forEach((end) => end());
      clearTimeout(due);
    };
  }, [space]);
  return nearby;
}

function lookAround(space: Space): Nearby {
  const me = space.me.get();
  return { me, users: byDistance(space.users.get(), me ?? { x: 0, y: 0 }) };
}
