// The map in motion: keeps where everybody is shown, walks by keys or towards a goal, and paints.
// It paints once per animation frame while something moves, and not at all while nothing does.
//
// The walker goes ahead of the server, which only speaks up about steps that it refuses; the others
// glide after what the server says. `onWalk` gets each place of the walker's way, as it is sent.
import { cameraFor, toMap, type Camera } from "./camera";
import { paletteOf, type Palette } from "./palette";
import { paint, type Person } from "./painting";
import { Sprites } from "./sprites";
import { Tracks } from "./tracks";
import {
  heading, isSame, isWalkingKey, rounded, RUN, WALK, walk, walkTo, within, type Point, type Size,
} from "./walking";
import { bubbleLines, shownFor } from "./words";
import type { SpaceUser } from "@atrium/client";

/** A longer pause between frames (another tab was in front) is no walk of that length. */
const LONGEST_STEP_S = 0.1;
const BEAT_MS = 1200;
const MOST_BUBBLES = 30;

interface Walker {
  readonly userId: string;
  readonly username: string;
}

interface Bubble {
  readonly lines: readonly string[];
  readonly until: number;
}

export class Stage {
  #canvas: HTMLCanvasElement;
  #pen: CanvasRenderingContext2D;
  #onWalk: (at: Point) => void;
  #map: Size = { width: 1, height: 1 };
  #view: Size = { width: 0, height: 0 };
  #me: Walker;
  #at: Point | null = null;
  #sent: Point | null = null;
  #goal: Point | null = null;
  #held = new Set<string>();
  #isRunning = false;
  #users: readonly SpaceUser[] = [];
  #tracks = new Tracks();
  #bubbles = new Map<string, Bubble>();
  #bubbleEnd: ReturnType<typeof setTimeout> | undefined;
  #isCalm = false;
  #palette: Palette;
  #sprites: Sprites | null = null;
  #spriteScale = 0;
  #frame = 0;
  #before = 0;

  constructor(canvas: HTMLCanvasElement, me: Walker, onWalk: (at: Point) => void) {
    this.#canvas = canvas;
    this.#pen = canvas.getContext("2d", { alpha: false })!;
    this.#me = me;
    this.#onWalk = onWalk;
    this.#palette = paletteOf(canvas.parentElement!);
  }

  stop(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#bubbleEnd);
    this.#frame = -1;
  }

  setMap(map: Size): void {
    this.#map = map;
    this.#wake();
  }

  setMe(me: Walker): void {
    this.#me = me;
    this.#wake();
  }

  /** Where the server has us. What only repeats our own steps changes nothing. */
  setPlace(at: Point | null): void {
    if (!at || (this.#sent && isSame(at, this.#sent))) return;
    this.#at = at;
    this.#sent = rounded(at);
    this.#goal = null;
    this.#wake();
  }

  setUsers(users: readonly SpaceUser[]): void {
    this.#users = users;
    this.#tracks.set(users);
    this.#wake();
  }

  /** Less motion: the others are where they are, nothing pulses. */
  setCalm(isCalm: boolean): void {
    this.#isCalm = isCalm;
    this.#wake();
  }

  setTheme(): void {
    this.#palette = paletteOf(this.#canvas.parentElement!);
    this.#sprites = null;
    this.#wake();
  }

  setView(view: Size): void {
    const ratio = pixelRatio();
    this.#view = view;
    this.#canvas.width = Math.round(view.width * ratio);
    this.#canvas.height = Math.round(view.height * ratio);
    this.#sprites = null;
    // Setting its size has emptied the canvas: paint before it is shown.
    if (this.#frame >= 0) this.#paint(performance.now());
  }

  /** Shows over somebody's head what they said. */
  say(userId: string, text: string): void {
    const lines = bubbleLines(text);
    if (lines.length === 0) return;
    this.#bubbles.delete(userId);
    this.#bubbles.set(userId, { lines, until: performance.now() + shownFor(text) });
    if (this.#bubbles.size > MOST_BUBBLES) this.#bubbles.delete(this.#bubbles.keys().next().value!);
    this.#wake();
  }

  /** A key went down; whether it was one of ours. */
  press(code: string, isRunning: boolean): boolean {
    this.#isRunning = isRunning;
    if (!isWalkingKey(code)) return false;
    this.#held.add(code);
    this.#goal = null;
    this.#wake();
    return true;
  }

  release(code: string, isRunning: boolean): void {
    this.#isRunning = isRunning;
    this.#held.delete(code);
  }

  releaseAll(): void {
    this.#held.clear();
    this.#isRunning = false;
  }

  /** Walks to a point of the window. */
  walkTo(point: Point): void {
    if (!this.#at) return;
    this.#goal = within(this.#map, toMap(this.#camera(), point));
    this.#wake();
  }

  #wake(): void {
    if (this.#frame !== 0) return;
    this.#before = 0;
    this.#frame = requestAnimationFrame(this.#onFrame);
  }

  #onFrame = (now: number): void => {
    const passed = this.#before ? Math.min((now - this.#before) / 1000, LONGEST_STEP_S) : 0;
    this.#before = now;
    const isWalking = this.#step(passed);
    const isGliding = this.#tracks.pass(passed, !this.#isCalm);
    this.#paint(now);
    this.#frame = isWalking || isGliding ? requestAnimationFrame(this.#onFrame) : 0;
  };

  /** One step of the walker; whether there are more to come. */
  #step(seconds: number): boolean {
    if (!this.#at) return false;
    const cells = (this.#isRunning ? RUN : WALK) * seconds;
    const way = heading(this.#held);
    const isKeyed = way.x !== 0 || way.y !== 0;
    if (isKeyed) this.#at = walk(this.#map, this.#at, way, cells);
    else if (this.#goal) this.#at = walkTo(this.#map, this.#at, this.#goal, cells);
    if (this.#goal && isSame(this.#at, this.#goal)) this.#goal = null;
    this.#tell(this.#at);
    return isKeyed || this.#goal !== null;
  }

  #tell(at: Point): void {
    const place = rounded(at);
    if (this.#sent && isSame(place, this.#sent)) return;
    this.#sent = place;
    this.#onWalk(place);
  }

  #camera(): Camera {
    const middle = { x: (this.#map.width - 1) / 2, y: (this.#map.height - 1) / 2 };
    return cameraFor(this.#view, this.#map, this.#at ?? middle);
  }

  #paint(now: number): void {
    if (this.#view.width === 0 || this.#view.height === 0) return;
    const ratio = pixelRatio();
    const camera = this.#camera();
    this.#pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    paint(this.#pen, {
      view: this.#view,
      map: this.#map,
      camera,
      palette: this.#palette,
      sprites: this.#spritesFor(camera.scale, ratio),
      people: this.#people(now),
      goal: this.#goal,
      beat: this.#isCalm ? 0 : (now % BEAT_MS) / BEAT_MS,
    });
  }

  #spritesFor(scale: number, ratio: number): Sprites {
    if (!this.#sprites || this.#spriteScale !== scale) {
      const radius = Math.min(Math.max(scale * 0.42, 12), 22);
      this.#sprites = new Sprites(this.#palette, radius, ratio);
      this.#spriteScale = scale;
    }
    return this.#sprites;
  }

  #people(now: number): Person[] {
    this.#forgetBubbles(now);
    const people: Person[] = this.#users.map(({ userId, username, status, ...user }) => ({
      userId,
      username,
      isMe: false,
      isAway: status === "away",
      isBusy: status === "busy",
      at: this.#tracks.at(userId) ?? user,
      ...this.#says(userId),
    }));
    if (this.#at)
      people.push({ ...this.#me, isMe: true, isAway: false, isBusy: false, at: this.#at,
        ...this.#says(this.#me.userId) });
    return people;
  }

  #says(userId: string): { says?: readonly string[] } {
    const bubble = this.#bubbles.get(userId);
    return bubble ? { says: bubble.lines } : {};
  }

  /** Forgets what was said long enough ago, and paints again when the next one is. */
  #forgetBubbles(now: number): void {
    clearTimeout(this.#bubbleEnd);
    let next = Infinity;
    for (const [userId, { until }] of this.#bubbles) {
      if (until <= now) this.#bubbles.delete(userId);
      else next = Math.min(next, until);
    }
    if (next < Infinity) this.#bubbleEnd = setTimeout(() => this.#wake(), next - now);
  }
}

function pixelRatio(): number {
  return Math.min(Math.max(devicePixelRatio, 1), 3);
}
