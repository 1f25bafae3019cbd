// What a page says when a room cannot be shown, by the code. Pure.
import { sentence } from "../api/sentences";

export interface RefusedWords {
  title: string;
  text: string;
  /** What the button for another try says; null where another try is no use. */
  again: string | null;
}

/** `said` is the reason that the server or the client library gave. */
export function refusedWords(code: string, said: string, retryAfterMs?: number): RefusedWords {
  const text = sentence(code, said, retryAfterMs);
  switch (code) {
    case "room_not_found":
      return { title: "No such room", text, again: "Look again" };
    case "room_full":
      return { title: "The room is full", text, again: "Try again" };
    case "room_closed":
      return { title: "This room was closed", text: closedText(said), again: null };
    case "kicked":
      return { title: "You were taken out of the room", text: kickedText(said), again: null };
    case "rate_limited":
      return { title: "One moment", text, again: "Try again" };
    case "unauthorized":
    case "forbidden":
      return { title: "You can’t enter this room", text, again: null };
    case "unreachable":
      return { title: "The server can’t be reached", text: "Check your connection. The room is tried again by itself.", again: "Try now" };
    case "store_unavailable":
    case "shutting_down":
      return { title: "The server isn’t ready", text, again: "Try now" };
    default:
      return { title: "The room can’t be opened", text, again: "Try again" };
  }
}

function closedText(reason: string): string {
  const why = { deleted: "Somebody closed it for everybody.", expired: "Its time was over." }[reason];
  return `${why ?? "It has ended for everybody."} What was in it is gone.`;
}

function kickedText(reason: string): string {
  return reason ? `An operator gave this reason: “${reason}”` : "An operator did that.";
}
