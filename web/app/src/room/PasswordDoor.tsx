// Asks for the password of a room.
import { useEffect, useState, type FormEvent } from "react";
import { useTitle } from "../hooks/useTitle";
import { Field } from "../parts/Field";
import { Icon } from "../parts/Icon";
import { routeHref } from "../routing/route";
import { Door } from "./Door";

interface Props {
  name: string;
  /** Why the one before was not taken. */
  problem: string | undefined;
  onPassword(password: string): void;
}

export function PasswordDoor({ name, problem, onPassword }: Props) {
  const [password, setPassword] = useState("");
  const [shown, setShown] = useState(problem);
  useTitle(name);
  useEffect(() => setShown(problem), [problem]);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (password) onPassword(password);
    else setShown("Enter the password first.");
  }

  return (
    <Door>
      <span className="door-mark">
        <Icon name="lock" />
      </span>
      <h1>{name}</h1>
      <p className="quiet">This room wants a password. Whoever sent you the link knows it.</p>
      <form className="stack" onSubmit={submit}>
        <Field
          label="Password"
          type="password"
          autoComplete="current-password"
          autoFocus
          value={password}
          problem={shown}
          onChange={(event) => {
            setPassword(event.target.value);
            setShown(undefined);
          }}
        />
        <div className="buttons">
          <button type="submit" className="button is-main">
            Enter the room
          </button>
          <a className="button is-plain" href={routeHref({ page: "rooms" })}>
            All rooms
          </a>
        </div>
      </form>
    </Door>
  );
}
