// A colour for everybody, always the same for the same id. Pure.

/** A hue in degrees. */
export function hueOf(userId: string): number {
  let hash = 2166136261;
  for (let at = 0; at < userId.length; at++) {
    hash = Math.imul(hash ^ userId.charCodeAt(at), 16777619);
  }
  return ((hash ^ (hash >>> 15)) >>> 0) % 360;
}

/** One or two letters that stand for a name. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const first = [...(words[0] ?? "?")][0] ?? "?";
  const last = words.length > 1 ? ([...words[words.length - 1]!][0] ?? "") : "";
  return (first + last).toUpperCase();
}
