// Excalidraw's rules for two elements of the same id: the higher version wins, then the lower nonce,
// then the lower bytes. A total order, so it does not matter in what order elements come, nor
// whether one comes twice; the server uses the same. Pure.
import type { Element } from "./contract.js";

const utf8 = new TextEncoder();

/** A missing nonce, or one that is no integer, counts as 0. */
export function nonceOf(e: Element): number {
  return Number.isSafeInteger(e.versionNonce) ? (e.versionNonce as number) : 0;
}

/** Like memcmp of the UTF-8 texts. */
function compareBytes(a: string, b: string): number {
  if (a === b) return 0;
  const x = utf8.encode(a);
  const y = utf8.encode(b);
  const common = Math.min(x.length, y.length);
  for (let i = 0; i < common; ++i) if (x[i] !== y[i]) return x[i]! - y[i]!;
  return x.length - y.length;
}

/** Above 0 if `a` wins over `b`, below 0 if it loses, 0 if they are the same. */
export function rank(a: Element, b: Element): number {
  if (a === b) return 0;
  if (a.version !== b.version) return a.version - b.version;
  const nonces = nonceOf(b) - nonceOf(a);
  return nonces || compareBytes(JSON.stringify(b), JSON.stringify(a));
}

/** Can it be merged? Scenes of elements without ids are taken as a whole. */
export function isKeyed(e: Element): boolean {
  return typeof e.id === "string" && Number.isInteger(e.version) && Math.abs(e.version) <= 2 ** 53;
}

/** Excalidraw's drawing order: by `index` where there is one, then by id. For sort(). */
export function drawingOrder(a: Element, b: Element): number {
  const x = a.index || "";
  const y = b.index || "";
  if (!x !== !y) return x ? -1 : 1;
  if (x !== y) return x < y ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** What `whiteboard:clear` makes of an element, on the server and here. */
export function tombstoneOf(e: Element): Element {
  return { ...e, version: Math.min(e.version + 1, 2 ** 53), isDeleted: true };
}
