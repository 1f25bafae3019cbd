// How one shows oneself in this room: online, busy or away, and a few words.
import type { Participant, Room, Status } from "@atrium/client";
import { useEffect, useState, type FormEvent } from "react";
import { NameButton } from "../identity/NameButton";

const statuses: readonly [Status, string][] = [
  ["online", "Online"],
  ["busy", "Busy"],
  ["away", "Away"],
];
const MOST_CHARACTERS = 80;

export function OwnStatus({ room, own }: { room: Room; own: Participant | undefined }) {
  const [status, setStatus] = useState(own?.status ?? "online");
  const [text, setText] = useState(own?.text ?? "");
  useEffect(() => setStatus(own?.status ?? "online"), [own?.status]);
  useEffect(() => setText(own?.text ?? ""), [own?.text]);

  function choose(next: Status) {
    setStatus(next);
    room.setStatus(next, text.trim());
  }

  function keepText(event?: FormEvent) {
    event?.preventDefault();
    const words = text.trim();
    if (words !== (own?.text ?? "")) room.setStatus(status, words);
  }

  return (
    <div className="own-status">
      <NameButton />
      <div className="segments" role="radiogroup" aria-label="Your status">
        {statuses.map(([value, label]) => (
          <label key={value} className="segment is-radio" data-chosen={value === status}>
            <input
              type="radio"
              name="own-status"
              value={value}
              checked={value === status}
              onChange={() => choose(value)}
            />
            <span className="status-dot" data-status={value} aria-hidden="true" />
            {label}
          </label>
        ))}
      </div>
      <form onSubmit={keepText}>
        <input
          className="input"
          aria-label="Your status in words"
          placeholder="What are you up to?"
          value={text}
          maxLength={MOST_CHARACTERS}
          enterKeyHint="done"
          onChange={(event) => setText(event.target.value)}
          onBlur={() => keepText()}
        />
      </form>
    </div>
  );
}
