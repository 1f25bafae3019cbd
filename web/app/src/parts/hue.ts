// A colour for everybody, always the same for the same id. Pure.

/** A hue in degrees. */
export function hueOf(userId: string): number {
  let hash = 2166136261;
  for (let at = 0; at < userId.length; at++) {
    hash = Math.imul(hash ^ userId.charCodeAt(at), 16777619);
  }
  return ((hash ^ (hash >>> 15)) >>> 0) % 360;
}

/** One or two letters that stand for a name; signs are passed over if there are letters. */
export function initialsOf(name: string): string {
  const words = name
    .split(/[^\p{L}\p{N}\p{M}\p{Extended_Pictographic}\u200d\ufe0f'’.-]+/u)
    .filter(Boolean);
  const first = firstLetter(words[0] ?? name.trim()) || "?";
  const last = words.length > 1 ? firstLetter(words[words.length - 1]!) : "";
  return (first + last).toUpperCase();
}

function firstLetter(word: string): string {
  return [...word][0] ?? "";
}
