// Into a room by its code, its id or its link. Looked up first, so that a wrong code is told right
// here.
import { useId, useState, type FormEvent } from "react";
import { lookUpRoom } from "../api/rooms";
import { sentenceOf } from "../api/sentences";
import { Icon } from "../parts/Icon";
import { go } from "../routing/route";
import { roomKeyOf } from "./roomKey";

export function JoinForm() {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [isLooking, setLooking] = useState(false);
  const id = useId();

  async function submit(event: FormEvent) {
    event.preventDefault();
    const key = roomKeyOf(text);
    if (!key) {
      setProblem("A code has six digits, like 123 456. A link works as well.");
      document.getElementById(id)?.focus();
      return;
    }
    setLooking(true);
    try {
      const room = await lookUpRoom(key);
      go(
        room.kind === "space" ? { page: "space", space: room.id } : { page: "room", room: room.id },
      );
    } catch (error) {
      setProblem(sentenceOf(error));
      setLooking(false);
      document.getElementById(id)?.focus();
    }
  }

  return (
    <form className="join-form" onSubmit={submit} noValidate>
      <div className="join-form-row">
        <label className="unseen" htmlFor={id}>
          Code or link of a room
        </label>
        <input
          id={id}
          className="input"
          value={text}
          placeholder="Code or link"
          autoComplete="off"
          spellCheck={false}
          enterKeyHint="go"
          aria-invalid={problem !== null}
          aria-describedby={`${id}-problem`}
          onChange={(event) => {
            setText(event.target.value);
            setProblem(null);
          }}
        />
        <button type="submit" className="button" disabled={isLooking}>
          {isLooking ? <span className="spinner" aria-hidden="true" /> : <Icon name="door" />}
          Join
        </button>
      </div>
      <p className="problem" id={`${id}-problem`} role="alert" hidden={!problem}>
        {problem}
      </p>
    </form>
  );
}
