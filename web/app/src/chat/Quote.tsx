// The message that is answered, in short; pressing it leads there.
import type { Message } from "@atrium/client";

interface Props {
  id: string;
  /** undefined if it is not loaded. */
  original: Message | undefined;
  onJump(id: string): void;
}

export function Quote({ id, original, onJump }: Props) {
  return (
    <button
      type="button"
      className="quote"
      title="Go to the message that is answered"
      onClick={() => onJump(id)}
    >
      <span className="unseen">Answers </span>
      {original ? (
        <>
          <strong>{original.username}</strong>
          <span>{quotedText(original)}</span>
        </>
      ) : (
        <span>an earlier message</span>
      )}
    </button>
  );
}

/** A message in one line. */
export function quotedText(message: Message): string {
  if (message.deletedAt !== undefined) return "Message deleted";
  const text = message.message.replace(/\s+/g, " ").slice(0, 160);
  return text || (message.type === "image" ? "Image" : "File");
}
