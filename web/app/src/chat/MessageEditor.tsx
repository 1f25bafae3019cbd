// Changes a message where it stands. Enter saves, Escape leaves it as it was.
import type { Message } from "@atrium/client";
import { useEffect, useRef, useState, type FormEvent, type KeyboardEvent } from "react";
import { sentenceOf } from "../api/sentences";
import { fitHeight } from "./fitHeight";
import type { ChatActions } from "./actions";

const MOST_CHARACTERS = 10_000;

export function MessageEditor({ message, actions }: { message: Message; actions: ChatActions }) {
  const [text, setText] = useState(message.message);
  const [problem, setProblem] = useState<string | null>(null);
  const [isSaving, setSaving] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);

  useEffect(() => {
    const shown = area.current!;
    shown.focus();
    shown.setSelectionRange(shown.value.length, shown.value.length);
  }, []);
  useEffect(() => fitHeight(area.current!), [text]);

  async function save(event?: FormEvent) {
    event?.preventDefault();
    const next = text.trim();
    if (!next) return setProblem("A message needs some text. To take it back, delete it.");
    if (next === message.message) return actions.endEdit();
    setSaving(true);
    try {
      await actions.edit(message, next);
    } catch (error) {
      setProblem(sentenceOf(error));
      setSaving(false);
    }
  }

  function onKeyDown(event: KeyboardEvent) {
    event.stopPropagation();
    if (event.key === "Escape") actions.endEdit();
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void save();
  }

  return (
    <form className="editor" onSubmit={save} onKeyDown={onKeyDown}>
      <textarea
        ref={area}
        className="input"
        rows={1}
        aria-label="Edit message"
        value={text}
        maxLength={MOST_CHARACTERS}
        onChange={(event) => setText(event.target.value)}
      />
      {problem && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      <div className="buttons">
        <button type="button" className="button is-small is-plain" onClick={actions.endEdit}>
          Cancel
        </button>
        <button type="submit" className="button is-small is-main" disabled={isSaving}>
          Save
        </button>
      </div>
    </form>
  );
}
