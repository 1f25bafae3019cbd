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
      return {
        title: "The server can’t be reached",
        text: "Check your connection. The room is tried again by itself.",
        again: "Try now",
      };
    case "store_unavailable":
    case "shutting_down":
      return { title: "The server isn’t ready", text, again: "Try now" };
    default:
      return { title: "The room can’t be opened", text, again: "Try again" };
  }
}

const ordinary: Record<string, string> = {
  closed: "It has ended for everybody.",
  deleted: "It has ended for everybody.",
  expired: "Nobody was here for a long time, so it has ended.",
};

function closedText(said: string): string {
  const reason = reasonIn(said) || "closed";
  const why = ordinary[reason] ?? `An operator closed it, and says: “${reason}”`;
  return `${why} What was in it is gone.`;
}

function kickedText(said: string): string {
  const reason = reasonIn(said);
  return reason ? `An operator did that, and says: “${reason}”.` : "An operator did that.";
}

// The client library ends its sentence with the reason: "The room was closed: expired".
function reasonIn(said: string): string {
  return /^[^:]*: ([^]+)$/.exec(said)?.[1]?.trim() ?? "";
}
