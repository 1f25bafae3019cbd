// What a screen reader is told of new messages: those of others, once each, never what paging
// brought.
import type { Message } from "@atrium/client";
import { useEffect, useRef, useState } from "react";
import { quotedText } from "./Quote";

export function useSpoken(messages: readonly Message[], userId: string): string {
  const spokenUpTo = useRef<number | null>(null);
  const [words, setWords] = useState("");
  useEffect(() => {
    const last = messages[messages.length - 1];
    const newest = messages.reduce((most, message) => Math.max(most, message.seq), 0);
    if (
      spokenUpTo.current !== null &&
      newest > spokenUpTo.current &&
      last &&
      last.userId !== userId
    ) {
      setWords(`${last.username}: ${quotedText(last)}`);
    }
    if (messages.length > 0) spokenUpTo.current = Math.max(newest, spokenUpTo.current ?? 0);
  }, [messages, userId]);
  return words;
}
