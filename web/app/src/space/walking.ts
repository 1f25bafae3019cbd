// Walking over a map: which way the held keys point, where the next moment finds the walker. Pure.
//
// Positions are cells: (0, 0) is the middle of the first one. A walker keeps its middle between the
// middles of the outermost cells, so that nobody stands half outside.

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Cells in a second. */
export const WALK = 5;
export const RUN = 11;
/** Nearer than this counts as there. */
const THERE = 0.02;

const KEYS: Readonly<Record<string, Point>> = {
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  KeyW: { x: 0, y: -1 },
  KeyS: { x: 0, y: 1 },
  KeyA: { x: -1, y: 0 },
  KeyD: { x: 1, y: 0 },
};

/** Whether a key (its place on the keyboard, not its letter) makes one walk. */
export function isWalkingKey(code: string): boolean {
  return code in KEYS;
}

/** The way the held keys point, of length 1, or (0, 0). */
export function heading(held: Iterable<string>): Point {
  let x = 0;
  let y = 0;
  for (const code of held) {
    x += KEYS[code]?.x ?? 0;
    y += KEYS[code]?.y ?? 0;
  }
  x = Math.sign(x);
  y = Math.sign(y);
  const length = Math.hypot(x, y) || 1;
  return { x: x / length, y: y / length };
}

/** The nearest place where one may stand. */
export function within(size: Size, at: Point): Point {
  return { x: clamp(at.x, size.width - 1), y: clamp(at.y, size.height - 1) };
}

/** After walking that way for so long. */
export function walk(size: Size, from: Point, way: Point, cells: number): Point {
  return within(size, { x: from.x + way.x * cells, y: from.y + way.y * cells });
}

/** After walking towards a goal; exactly there when it is reached. */
export function walkTo(size: Size, from: Point, goal: Point, cells: number): Point {
  const end = within(size, goal);
  const away = distance(from, end);
  if (away <= Math.max(cells, THERE)) return end;
  const part = cells / away;
  return { x: from.x + (end.x - from.x) * part, y: from.y + (end.y - from.y) * part };
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

export function isSame(a: Point, b: Point): boolean {
  return a.x === b.x && a.y === b.y;
}

/** As it goes over the wire: hundredths of a cell are finer than anybody sees. */
export function rounded(at: Point): Point {
  return { x: Math.round(at.x * 100) / 100, y: Math.round(at.y * 100) / 100 };
}

function clamp(value: number, last: number): number {
  return Math.min(Math.max(value, 0), Math.max(last, 0));
}
