// The list of public rooms, a page at a time. As long as only the first page is shown it renews
// itself, every 15 s and when the tab comes back to the front. A failure keeps what was there.
import type { RoomInfo } from "@atrium/client";
import { useCallback, useEffect, useRef, useState } from "react";
import { listRooms } from "../api/rooms";
import { sentenceOf } from "../api/sentences";

const RENEWED_EVERY_MS = 15_000;
const MOST = 600;

export interface PublicRooms {
  /** null until the first answer. */
  rooms: readonly RoomInfo[] | null;
  hasMore: boolean;
  isLoading: boolean;
  problem: string | null;
  renew(): void;
  loadMore(): void;
}

export function usePublicRooms(): PublicRooms {
  const [rooms, setRooms] = useState<readonly RoomInfo[] | null>(null);
  const [cursor, setCursor] = useState<string>();
  const [isLoading, setLoading] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const isFirstPage = useRef(true);
  const underWay = useRef<AbortController | null>(null);

  const load = useCallback(async (from?: string) => {
    underWay.current?.abort();
    const asked = new AbortController();
    underWay.current = asked;
    setLoading(true);
    try {
      const page = await listRooms(from, asked.signal);
      setRooms((before) => (from ? joined(before ?? [], page.rooms) : page.rooms));
      setCursor(page.cursor);
      setProblem(null);
      isFirstPage.current = !from;
    } catch (error) {
      if (!asked.signal.aborted) setProblem(sentenceOf(error));
    } finally {
      if (underWay.current === asked) setLoading(false);
    }
  }, []);

  useEffect(() => {
    void load();
    const renew = () => {
      if (document.visibilityState === "visible" && isFirstPage.current) void load();
    };
    const timer = setInterval(renew, RENEWED_EVERY_MS);
    document.addEventListener("visibilitychange", renew);
    return () => {
      underWay.current?.abort();
      clearInterval(timer);
      document.removeEventListener("visibilitychange", renew);
    };
  }, [load]);

  return {
    rooms,
    hasMore: cursor !== undefined && (rooms?.length ?? 0) < MOST,
    isLoading,
    problem,
    renew: () => void load(),
    loadMore: () => void load(cursor),
  };
}

function joined(before: readonly RoomInfo[], more: readonly RoomInfo[]): readonly RoomInfo[] {
  const known = new Set(before.map((room) => room.id));
  return [...before, ...more.filter((room) => !known.has(room.id))];
}
