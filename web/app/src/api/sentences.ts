// What went wrong, in words for people, by the code of the contract. Pure: the server's own
// sentence is shown only for codes that say nothing by themselves (`bad_request`).

/** A sentence for any refusal: of the server, of the client library, of the browser. */
export function sentenceOf(error: unknown): string {
  const { code, message, retryAfterMs } = (error ?? {}) as {
    code?: unknown;
    message?: unknown;
    retryAfterMs?: unknown;
  };
  const said = typeof message === "string" ? message : "";
  const wait = typeof retryAfterMs === "number" ? retryAfterMs : undefined;
  return sentence(typeof code === "string" ? code : "", said, wait);
}

/** A sentence for a code. */
export function sentence(code: string, said = "", retryAfterMs?: number): string {
  switch (code) {
    case "unreachable":
    case "offline":
      return "The server can’t be reached. Check your connection, or try again in a moment.";
    case "room_not_found":
      return "There is no room with this code or link. It may have ended.";
    case "room_full":
      return "This room is full. You can get in as soon as somebody leaves.";
    case "wrong_password":
      return "That isn’t the password of this room.";
    case "room_closed":
      return "This room was closed.";
    case "room_exists":
      return "A room with this name in its link is there already.";
    case "rate_limited":
      return `That was a bit too fast. Try again ${inAWhile(retryAfterMs)}.`;
    case "unauthorized":
      return "This server wants to know who you are. Open the link that you were given once more.";
    case "forbidden":
      return "You aren’t allowed to do that here.";
    case "identity_mismatch":
      return "This browser speaks for somebody else at the moment. Reload the page.";
    case "edit_window_closed":
      return "This message is too old to be edited.";
    case "message_not_found":
      return "This message is no longer there.";
    case "payload_too_large":
      return "That is too long to be sent.";
    case "not_in_room":
      return "You have left this room. Reload the page to come back.";
    case "not_persisted":
      return "The server couldn’t store this. Try again in a moment.";
    case "store_unavailable":
      return "The server can’t get at its storage just now. Try again in a moment.";
    case "shutting_down":
      return "The server is restarting. Try again in a moment.";
    case "unknown_event":
      return "This server doesn’t know how to do that.";
    case "internal":
      return "Something went wrong on the server. Try again in a moment.";
    default:
      return said ? asSentence(said) : "Something went wrong. Try again in a moment.";
  }
}

/** "in 5 seconds", "in a moment". */
export function inAWhile(ms: number | undefined): string {
  if (ms === undefined || ms < 1500) return "in a moment";
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 90) return `in ${seconds} seconds`;
  return `in ${Math.ceil(seconds / 60)} minutes`;
}

function asSentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(first) ? first : `${first}.`;
}
