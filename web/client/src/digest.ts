// The digest of a whiteboard, as the server computes it: see the README, "The digest". The order of
// the elements plays no part, and neither do deleted ones. Pure.
import type { Element } from "./contract.js";
import { isKeyed, nonceOf } from "./merge.js";

const utf8 = new TextEncoder();

/** FNV-1a of 32 bits. */
function fnv1a(bytes: Uint8Array): number {
  let h = 2166136261;
  for (const byte of bytes) h = Math.imul(h ^ byte, 16777619);
  return h;
}

/** The finalizer of MurmurHash3: every bit of the input moves every bit of the output. */
function fmix32(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** How many elements are visible, and the sum of their hashes as eight hexadecimal digits. */
export function digest(elements: readonly Element[]): { count: number; hash: string } {
  let count = 0;
  let sum = 0;
  for (const e of elements) {
    if (e.isDeleted === true) continue;
    ++count;
    if (!isKeyed(e)) continue;
    sum = (sum + fmix32(fnv1a(utf8.encode(`${e.id}\n${e.version}\n${nonceOf(e)}`)))) >>> 0;
  }
  return { count, hash: sum.toString(16).padStart(8, "0") };
}
