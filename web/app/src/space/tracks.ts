// Where everybody is shown: positions come at most 30 times a second, and unevenly, so each avatar
// glides after its newest one. A long way at once is a jump. Pure: the time that passed is told.
import { distance, type Point } from "./walking";

/** How much of the way is left after a second is e^-RATE. */
const RATE = 14;
const JUMP = 12;
const THERE = 0.004;

interface Track {
  shown: Point;
  goal: Point;
}

export class Tracks {
  #tracks = new Map<string, Track>();

  /** The newest positions. Whoever is not among them is forgotten. */
  set(users: readonly ({ readonly userId: string } & Point)[]): void {
    const here = new Set(users.map((user) => user.userId));
    for (const id of this.#tracks.keys()) if (!here.has(id)) this.#tracks.delete(id);
    for (const { userId, x, y } of users) {
      const goal = { x, y };
      const track = this.#tracks.get(userId);
      if (track) track.goal = goal;
      else this.#tracks.set(userId, { shown: goal, goal });
    }
  }

  /** Lets `seconds` pass; whether somebody still has a way to go. */
  pass(seconds: number, isGliding: boolean): boolean {
    const part = 1 - Math.exp(-RATE * seconds);
    let isMoving = false;
    for (const track of this.#tracks.values()) {
      const away = distance(track.shown, track.goal);
      if (away === 0) continue;
      if (!isGliding || away < THERE || away > JUMP) track.shown = track.goal;
      else {
        track.shown = between(track.shown, track.goal, part);
        isMoving = true;
      }
    }
    return isMoving;
  }

  at(userId: string): Point | undefined {
    return this.#tracks.get(userId)?.shown;
  }
}

function between(a: Point, b: Point, part: number): Point {
  return { x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part };
}
