// Who the person is: a name they chose and a made-up id, kept in this browser so that a refresh and
// a second tab are the same person. Where the server wants tokens, the token says both.
import type { Watched } from "@atrium/client";
import { tidyName } from "./name";
import { readText, writeText } from "./storage";
import { claims } from "./token";

export interface Identity {
  userId: string;
  /** Empty until the person said it. */
  username: string;
}

const KEY = "atrium.identity";
const listeners = new Set<() => void>();
let current: Identity = claims() ?? read() ?? keep({ userId: madeUpId(), username: "" });

/** The person, in every tab of this browser. */
export const identity: Watched<Identity> = {
  get: () => current,
  subscribe(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

/** Takes another name; white space around it goes. */
export function chooseName(username: string): void {
  take(keep({ ...current, username: tidyName(username) }));
}

addEventListener("storage", (event) => {
  const kept = event.key === KEY && !claims() ? read() : null;
  if (kept) take(kept);
});

function take(next: Identity): void {
  current = next;
  listeners.forEach((listener) => listener());
}

function read(): Identity | null {
  try {
    const kept: unknown = JSON.parse(readText(KEY) ?? "null");
    if (typeof kept !== "object" || kept === null) return null;
    const { userId, username } = kept as Record<string, unknown>;
    if (typeof userId !== "string" || !/^[\w-]{1,64}$/.test(userId)) return null;
    return { userId, username: typeof username === "string" ? tidyName(username) : "" };
  } catch {
    return null;
  }
}

function keep(next: Identity): Identity {
  writeText(KEY, JSON.stringify(next));
  return next;
}

// crypto.randomUUID is missing where the page came over plain HTTP from another machine.
function madeUpId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `u-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
