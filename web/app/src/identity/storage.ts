// What this browser keeps for the person. A browser that forbids storage (private windows,
// policies) makes nothing fail: then things are forgotten when the page goes.

/** The text kept under `key`, or null. */
export function readText(key: string, storage: () => Storage = () => localStorage): string | null {
  try {
    return storage().getItem(key);
  } catch {
    return null;
  }
}

/** Keeps `text` under `key`; null forgets it. */
export function writeText(
  key: string,
  text: string | null,
  storage: () => Storage = () => localStorage,
): void {
  try {
    if (text === null) storage().removeItem(key);
    else storage().setItem(key, text);
  } catch {
    // Full or forbidden: the page works on without.
  }
}
