// Which messages of others came while nobody was looking, and where they begin. The beginning stays
// marked after they were seen, until others come that are not.
import type { Message } from "@atrium/client";
import { useEffect, useRef, useState } from "react";
import { unreadOf } from "./unreadOf";

export interface Unread {
  count: number;
  /** The id of the first one, for the marker. */
  from: string | null;
}

const none: Unread = { count: 0, from: null };

export function useUnread(
  messages: readonly Message[],
  userId: string,
  isReading: boolean,
): Unread {
  const seen = useRef<number | null>(null);
  const [unread, setUnread] = useState(none);

  useEffect(() => {
    const newest = newestSeq(messages);
    if (seen.current === null || isReading) {
      if (messages.length > 0) seen.current = newest;
      setUnread((before) => (before.count === 0 ? before : { count: 0, from: before.from }));
      return;
    }
    const missed = unreadOf(messages, userId, seen.current);
    if (missed.length > 0) setUnread({ count: missed.length, from: missed[0]!.id });
  }, [messages, userId, isReading]);

  return unread;
}

function newestSeq(messages: readonly Message[]): number {
  return messages.reduce((newest, message) => Math.max(newest, message.seq), 0);
}
