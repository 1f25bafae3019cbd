// What a name may be. Pure.

export const MAX_NAME = 64;

/** One line, without control characters, at most 64 characters. */
export function tidyName(name: string): string {
  const line = name.replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ").trim();
  return [...line].slice(0, MAX_NAME).join("").trim();
}
