// The name on the first visit, kept as soon as it is entered. Later the button at the top changes
// it.
import { useId, useState } from "react";
import { chooseName } from "../identity/identity";
import { MAX_NAME, tidyName } from "../identity/name";

export function NameField() {
  const [name, setName] = useState("");
  const id = useId();
  const keep = () => tidyName(name) && chooseName(name);
  return (
    <form
      className="name-field"
      onSubmit={(event) => {
        event.preventDefault();
        keep();
      }}
    >
      <label htmlFor={id}>What should others call you?</label>
      <div className="join-form-row">
        <input
          id={id}
          className="input"
          value={name}
          maxLength={MAX_NAME}
          autoComplete="nickname"
          placeholder="Your name"
          onChange={(event) => setName(event.target.value)}
          onBlur={keep}
        />
        <button type="submit" className="button" disabled={!tidyName(name)}>
          That’s me
        </button>
      </div>
    </form>
  );
}
