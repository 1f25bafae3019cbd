// Finds the room that an address names, before it is joined: its kind, and whether it wants a
// password. While the server cannot answer it asks again by itself, less and less often.
import type { RoomInfo } from "@atrium/client";
import { useCallback, useEffect, useState } from "react";
import { lookUpRoom } from "../api/rooms";

export type Lookup =
  | { state: "looking" }
  | { state: "found"; info: RoomInfo }
  | { state: "failed"; error: unknown; retryAt?: number };

const PAUSES_MS = [2_000, 4_000, 8_000, 15_000];
const PASSING = new Set(["unreachable", "store_unavailable", "shutting_down", "internal"]);

export function useRoomLookup(key: string): { lookup: Lookup; retry(): void } {
  const [lookup, setLookup] = useState<Lookup>({ state: "looking" });
  const [tries, setTries] = useState(0);

  useEffect(() => {
    const asked = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    lookUpRoom(key, asked.signal).then(
      (info) => setLookup({ state: "found", info }),
      (error: unknown) => {
        if (asked.signal.aborted) return;
        if (!PASSING.has((error as { code?: string }).code ?? "")) {
          setLookup({ state: "failed", error });
          return;
        }
        const pause = PAUSES_MS[Math.min(tries, PAUSES_MS.length - 1)]!;
        setLookup({ state: "failed", error, retryAt: Date.now() + pause });
        timer = setTimeout(() => setTries(tries + 1), pause);
      },
    );
    return () => {
      asked.abort();
      clearTimeout(timer);
    };
  }, [key, tries]);

  const retry = useCallback(() => setTries((before) => before + 1), []);
  return { lookup, retry };
}
