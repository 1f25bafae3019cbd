// Figures as people read them. A value that is missing is a dash; units stand behind a space that
// does not break.
const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat('en-GB',
  { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const time = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** The server's clock may be another one than this machine's. */
let serverIsAheadMs = 0;

export function setServerClock(now) {
  serverIsAheadMs = now - Date.now();
}

const SPACE = '\u00a0';
export const NONE = '–';

const isMissing = (value) => typeof value !== 'number' || !Number.isFinite(value);

/** 12,345 */
export function count(value) {
  return isMissing(value) ? NONE : whole.format(value);
}

/** 12,345, 4.2 or 0 */
export function rate(value) {
  if (isMissing(value)) return NONE;
  return value === 0 || Math.abs(value) >= 100 ? whole.format(value) : tenths.format(value);
}

function scaled(value, step, units) {
  let unit = 0;
  let rest = value;
  while (Math.abs(rest) >= step && unit < units.length - 1) {
    rest /= step;
    ++unit;
  }
  const text = unit === 0 || Math.abs(rest) >= 100 ? whole.format(rest) : tenths.format(rest);
  return `${text}${SPACE}${units[unit]}`;
}

/** 0 B, 1.2 kB, 31.5 MB */
export function bytes(value) {
  return isMissing(value) ? NONE : scaled(value, 1000, ['B', 'kB', 'MB', 'GB', 'TB']);
}

/** Of milliseconds: 0.2 ms, 12.5 ms, 1.4 s, 3 min */
export function milliseconds(value) {
  if (isMissing(value)) return NONE;
  const digits = value >= 100 || value === 0 ? whole : tenths;
  if (value < 1000) return `${digits.format(value)}${SPACE}ms`;
  if (value < 60_000) return `${tenths.format(value / 1000)}${SPACE}s`;
  return duration(value / 1000);
}

/** Of microseconds. */
export function microseconds(value) {
  if (isMissing(value)) return NONE;
  return value < 1000 ? `${whole.format(value)}${SPACE}µs` : milliseconds(value / 1000);
}

/** Of seconds: 45 s, 12 min, 3 h 5 min, 2 d 4 h */
export function duration(value) {
  if (isMissing(value)) return NONE;
  const seconds = Math.max(0, Math.round(value));
  const units = [['d', 86_400], ['h', 3_600], ['min', 60], ['s', 1]];
  const first = units.findIndex(([, size]) => seconds >= size);
  if (first < 0) return `0${SPACE}s`;
  const [unit, size] = units[first];
  const text = `${Math.floor(seconds / size)}${SPACE}${unit}`;
  const next = first < 2 ? units[first + 1] : null;
  const rest = next ? Math.floor((seconds % size) / next[1]) : 0;
  return rest > 0 ? `${text}${SPACE}${rest}${SPACE}${next[0]}` : text;
}

/** How long ago, of ms since 1970. */
export function age(value) {
  if (isMissing(value) || value <= 0) return NONE;
  return duration((Date.now() + serverIsAheadMs - value) / 1000);
}

/** 18:03:12 */
export function clock(value) {
  return isMissing(value) ? NONE : time.format(value);
}

/** 21 Nov, 18:03:12; without the date if it is today's. */
export function moment(value) {
  if (isMissing(value) || value <= 0) return NONE;
  const isToday = new Date(value).toDateString() === new Date().toDateString();
  return isToday ? clock(value) : `${date.format(value)}, ${clock(value)}`;
}

/** 1 room, 2 rooms */
export function counted(value, one, many = `${one}s`) {
  return `${count(value)}${SPACE}${value === 1 ? one : many}`;
}
