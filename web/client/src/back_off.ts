// How long to wait before the next try: 1, 2, 4, 8, 16, 30, 30 … seconds, each by up to a fifth
// shorter or longer, so that those who were cut off together do not come back together. Pure.

const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;

/** `attempt`: how many tries have failed in a row, from 0. `random` gives [0, 1). */
export function backOffMs(attempt: number, random: () => number): number {
  const base = Math.min(FIRST_MS * 2 ** Math.min(attempt, 16), LONGEST_MS);
  return Math.round(base * (0.8 + 0.4 * random()));
}
