// Who is writing at the moment. Always takes its line, so that nothing jumps.
import type { Room } from "@atrium/client";
import { useWatched } from "../hooks/useWatched";
import { typingWords } from "./typingWords";

export function TypingLine({ room, userId }: { room: Room; userId: string }) {
  const typing = useWatched(room.typing).filter((one) => one.userId !== userId);
  const words = typingWords(typing.map((one) => one.username));
  return (
    <p className="typing" role="status" aria-label="Who is writing">
      {words && (
        <span className="typing-dots" aria-hidden="true">
          <i />
          <i />
          <i />
        </span>
      )}
      <span className="typing-words">{words}</span>
    </p>
  );
}
