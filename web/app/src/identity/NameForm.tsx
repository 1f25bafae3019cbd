// Asks for the name, where somebody comes by a link and has none yet, and where they want another
// one.
import { useId, useState, type FormEvent } from "react";
import { chooseName, identity } from "./identity";
import { MAX_NAME, tidyName } from "./name";

interface Props {
  action: string;
  onDone?(): void;
}

export function NameForm({ action, onDone }: Props) {
  const [name, setName] = useState(identity.get().username);
  const [isMissing, setMissing] = useState(false);
  const id = useId();

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!tidyName(name)) {
      setMissing(true);
      document.getElementById(id)?.focus();
      return;
    }
    chooseName(name);
    onDone?.();
  }

  return (
    <form className="stack" onSubmit={submit}>
      <div className="field">
        <label htmlFor={id}>Your name</label>
        <input
          id={id}
          className="input"
          value={name}
          maxLength={MAX_NAME}
          autoComplete="nickname"
          placeholder="What others call you"
          autoFocus
          data-first
          aria-invalid={isMissing}
          aria-describedby={`${id}-problem`}
          onChange={(event) => {
            setName(event.target.value);
            setMissing(false);
          }}
        />
        <p className="problem" id={`${id}-problem`} role="alert" hidden={!isMissing}>
          Say a name first, so that others know who you are.
        </p>
      </div>
      <div className="buttons">
        <button type="submit" className="button is-main">
          {action}
        </button>
      </div>
    </form>
  );
}
