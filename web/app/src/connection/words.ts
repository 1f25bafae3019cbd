// The state of the connection in words. Pure.
import type { ConnectionState } from "@atrium/client";

/** A sentence for the banner, or null if there is nothing to tell. */
export function connectionWords(state: ConnectionState, secondsLeft: number | null): string | null {
  switch (state.phase) {
    case "online":
      return null;
    case "connecting":
      return state.attempt > 0 ? "Connecting again…" : null;
    case "waiting":
      if (!secondsLeft) return "The connection is lost. Trying again now…";
      return `The connection is lost. Trying again in ${secondsLeft} s.`;
    case "offline":
      return "You aren’t connected.";
    case "ended":
      return state.reason ?? "The server ended the connection.";
  }
}

/** One or two words, for the status that screen readers can always find. */
export function connectionWord(state: ConnectionState): string {
  const words = {
    online: "Connected",
    connecting: "Connecting",
    waiting: "Connection lost",
    offline: "Not connected",
    ended: "Connection ended",
  };
  return words[state.phase];
}
