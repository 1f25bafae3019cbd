// What went wrong, as values with a code for programs and a sentence for people. The server's own
// sentences speak to programmers; those that a person may come to see are said anew here.

/** A request that the server refused, or that could not be made. */
export class AtriumError extends Error {
  override readonly name = "AtriumError";

  constructor(
    readonly code: string,
    message: string,
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}

const FOR_CODES: Readonly<Record<string, string>> = {
  room_not_found: "There is no room with this code, or it has expired.",
  room_full: "The room is full.",
  room_closed: "The room was closed.",
  wrong_password: "This is not the room's password.",
  unauthorized: "You have to sign in first.",
  identity_mismatch: "You are signed in as somebody else.",
  rate_limited: "That was too much at once. It goes on in a moment.",
  store_unavailable: "The server cannot reach its storage at the moment.",
  shutting_down: "The server is restarting.",
  not_persisted: "Everybody in the room has it, but the server could not store it yet.",
  payload_too_large: "That is too large for this room.",
  message_not_found: "This message does not exist any more.",
  edit_window_closed: "It is too late to change this message.",
  not_in_room: "You are not in this room.",
  internal: "The server made a mistake.",
  offline: "There is no connection to the server.",
};

/** A sentence for people about a failure of this code; for others `otherwise`, as a sentence. */
export function sentenceFor(code: string, otherwise = "It did not work."): string {
  return FOR_CODES[code]
    ?? `${otherwise.charAt(0).toUpperCase()}${otherwise.slice(1)}${/[.!?]$/.test(otherwise) ? "" : "."}`;
}

const FOR_CLOSE_CODES: Readonly<Record<number, string>> = {
  1000: "The server has ended the connection.",
  1001: "The server is restarting.",
  1002: "The server and this page do not understand each other. Reload the page.",
  1009: "Something from here was too large for the server.",
  1013: "The connection was too slow.",
  4401: "You are not signed in any more.",
  4403: "An operator has ended this connection.",
  4408: "The connection was silent for too long.",
  4429: "The server has had too much from this connection.",
};

/** Why a connection ended, as a sentence for people. */
export function sentenceForClose(closeCode: number): string {
  const code = closeCode === 1003 || closeCode === 1007 ? 1002 : closeCode;
  return FOR_CLOSE_CODES[code] ?? "The connection to the server was lost.";
}

/** Is it of use to come back by oneself? Codes that the server does not use come from what is between. */
export function mayComeBack(closeCode: number): boolean {
  return ![1000, 1002, 1003, 1007, 1009, 4401, 4403, 4429].includes(closeCode);
}

/** Failures that are over by themselves: the same request is tried again. */
export function isPassing(code: string): boolean {
  return ["rate_limited", "store_unavailable", "shutting_down", "internal"].includes(code);
}

/** Failures that only say that the connection, or the seat in the room, was lost under way. */
export function isLost(code: string): boolean {
  return code === "offline" || code === "not_in_room";
}
