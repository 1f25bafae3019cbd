// What a person typed or pasted to get into a room: a code with or without spaces, an id, or a
// link. Pure.
import { parseRoute } from "../routing/route";

/** The id or code in it, or null if there is none. */
export function roomKeyOf(text: string): string | null {
  const typed = text.trim();
  const hash = typed.indexOf("#");
  if (hash >= 0) {
    const route = parseRoute(typed.slice(hash));
    return route.page === "room" ? route.room : route.page === "space" ? route.space : null;
  }
  const digits = typed.replace(/[\s-]/g, "");
  if (/^\d{6}$/.test(digits)) return digits;
  return /^[A-Za-z0-9_-]{1,64}$/.test(typed) ? typed : null;
}

/** A code as people read it aloud: 123 456. Ids stay as they are. */
export function readableCode(code: string): string {
  return /^\d{6}$/.test(code) ? `${code.slice(0, 3)} ${code.slice(3)}` : code;
}
