// A message's text with its links made to be clicked. Everything is text nodes and anchors.
import { useMemo } from "react";
import { linkParts } from "./links";

const ONLY_EMOJI = /^(?:\p{Extended_Pictographic}[\uFE0F\u200D\u{1F3FB}-\u{1F3FF}]*\s*){1,4}$/u;

export function MessageText({ text }: { text: string }) {
  const parts = useMemo(() => linkParts(text), [text]);
  return (
    <p className={ONLY_EMOJI.test(text) ? "message-text is-emoji" : "message-text"} dir="auto">
      {parts.map((part, at) =>
        part.href ? (
          <a key={at} href={part.href} target="_blank" rel="noopener noreferrer">
            {part.text}
          </a>
        ) : (
          part.text
        ),
      )}
    </p>
  );
}
