// What of a map is seen: a small one whole, a big one around the walker. Pure.
import type { Point, Size } from "./walking";

/** Pixels to a cell: below the first a whole map would be too small to meet on. */
const SMALLEST = 26;
const FOLLOWING = 44;
const LARGEST = 64;
/** Pixels of ground around the map. */
const MARGIN = 28;

export interface Camera {
  /** Pixels to a cell. */
  readonly scale: number;
  /** Where the map's corner is in the window, in pixels. */
  readonly left: number;
  readonly top: number;
  /** Whether only a part is seen. */
  readonly follows: boolean;
}

/** The camera for a window that looks at a map with the walker at `focus`. */
export function cameraFor(view: Size, map: Size, focus: Point): Camera {
  const room = { width: view.width - 2 * MARGIN, height: view.height - 2 * MARGIN };
  const fit = Math.min(room.width / map.width, room.height / map.height);
  const follows = fit < SMALLEST;
  const scale = follows ? FOLLOWING : Math.min(fit, LARGEST);
  return {
    scale,
    left: corner(view.width, map.width * scale, (focus.x + 0.5) * scale),
    top: corner(view.height, map.height * scale, (focus.y + 0.5) * scale),
    follows,
  };
}

/** Where the middle of a position is in the window. */
export function toWindow(camera: Camera, at: Point): Point {
  return {
    x: camera.left + (at.x + 0.5) * camera.scale,
    y: camera.top + (at.y + 0.5) * camera.scale,
  };
}

/** The position below a point of the window. */
export function toMap(camera: Camera, at: Point): Point {
  return {
    x: (at.x - camera.left) / camera.scale - 0.5,
    y: (at.y - camera.top) / camera.scale - 0.5,
  };
}

/** In the middle if it fits; else so that the focus is in the middle, but never past the margin. */
function corner(view: number, map: number, focus: number): number {
  if (map + 2 * MARGIN <= view) return (view - map) / 2;
  return Math.min(MARGIN, Math.max(view - map - MARGIN, view / 2 - focus));
}
