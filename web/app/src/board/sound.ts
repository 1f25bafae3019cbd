// Whether a shape can be shown. Excalidraw takes the type of every field for granted, and one that is
// not as expected ends the board for everybody who looks at it; anybody may put any JSON on a board.
// Pure. Fields that are not named here are read by nobody, or with care.

type Check = (value: unknown) => boolean;
type Fields = Readonly<Record<string, Check>>;

/** Further away nothing can be looked at, and lengths lose their precision. */
const FAR = 1e7;

const finite: Check = (value) => Number.isFinite(value);
const length: Check = (value) => finite(value) && Math.abs(value as number) <= FAR;
const size: Check = (value) => length(value) && (value as number) > 0;
const text: Check = (value) => typeof value === "string";
const flag: Check = (value) => typeof value === "boolean";
const list = (check: Check): Check => (value) => Array.isArray(value) && value.every(check);
const some = (check: Check): Check => (value) => list(check)(value) && (value as []).length > 0;
const pair = (check: Check): Check => (value) =>
  Array.isArray(value) && value.length >= 2 && check(value[0]) && check(value[1]);
const maybe = (check: Check): Check => (value) =>
  value === null || value === undefined || check(value);
const record = (fields: Fields): Check => (value) =>
  typeof value === "object" && value !== null && fits(value as Record<string, unknown>, fields);

const point = pair(length);
const binding = record({
  elementId: text,
  focus: maybe(finite),
  gap: maybe(length),
  fixedPoint: maybe(pair(finite)),
});

const COMMON: Fields = {
  x: length,
  y: length,
  width: length,
  height: length,
  angle: finite,
  opacity: finite,
  strokeColor: text,
  backgroundColor: text,
  fillStyle: text,
  strokeWidth: length,
  strokeStyle: text,
  roughness: length,
  seed: finite,
  index: maybe(text),
  groupIds: list(text),
  frameId: maybe(text),
  roundness: maybe(record({ type: finite, value: maybe(length) })),
  boundElements: maybe(list(record({ id: text, type: text }))),
  link: maybe(text),
  locked: flag,
};

const LINE: Fields = {
  points: some(point),
  lastCommittedPoint: maybe(point),
  startBinding: maybe(binding),
  endBinding: maybe(binding),
  startArrowhead: maybe(text),
  endArrowhead: maybe(text),
};

const BY_TYPE: Readonly<Record<string, Fields>> = {
  freedraw: {
    points: some(point),
    pressures: list(finite),
    lastCommittedPoint: maybe(point),
  },
  line: LINE,
  arrow: {
    ...LINE,
    elbowed: maybe(flag),
    fixedSegments: maybe(list(record({ start: point, end: point, index: finite }))),
  },
  text: {
    text,
    originalText: text,
    fontSize: size,
    fontFamily: finite,
    textAlign: text,
    verticalAlign: text,
    lineHeight: size,
    containerId: maybe(text),
  },
  image: {
    fileId: maybe(text),
    scale: pair(finite),
    crop: maybe(record({
      x: length, y: length, width: size, height: size, naturalWidth: size, naturalHeight: size,
    })),
  },
  frame: { name: maybe(text) },
  magicframe: { name: maybe(text) },
};

/** Whether every field that Excalidraw reads has a value that it can take. */
export function isSound(shape: object): boolean {
  const fields = shape as Record<string, unknown>;
  const own = Object.hasOwn(BY_TYPE, String(fields.type)) ? BY_TYPE[String(fields.type)]! : {};
  return fits(fields, COMMON) && fits(fields, own);
}

function fits(value: Record<string, unknown>, fields: Fields): boolean {
  return Object.entries(fields).every(([name, check]) => check(value[name]));
}
