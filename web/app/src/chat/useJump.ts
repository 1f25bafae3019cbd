// Leads to a message that may not be loaded yet: older pages are fetched until it is there, up to a
// bound.
import type { Room } from "@atrium/client";
import { useCallback, useState } from "react";
import { sentenceOf } from "../api/sentences";
import { say } from "../parts/toasts";
import type { JumpTarget } from "./MessageList";

const PAGE = 200;
const MOST_PAGES = 25;

export function useJump(room: Room) {
  const [target, setTarget] = useState<JumpTarget | null>(null);
  const [isJumping, setJumping] = useState(false);

  const jump = useCallback(
    async (id: string) => {
      setJumping(true);
      try {
        if (await loadUpTo(room, id)) setTarget({ id });
        else say("That message is too far back, or no longer there.", true);
      } catch (error) {
        say(sentenceOf(error), true);
      }
      setJumping(false);
    },
    [room],
  );

  return { target, isJumping, jump };
}

async function loadUpTo(room: Room, id: string): Promise<boolean> {
  const isThere = () => room.messages.get().some((message) => message.id === id);
  for (let pages = 0; pages < MOST_PAGES && !isThere() && room.hasMore.get(); pages++) {
    await room.loadOlder(PAGE);
  }
  return isThere();
}
