// A labelled input with its hint and its problem, tied together for screen readers.
import { useId, type InputHTMLAttributes } from "react";

interface Props extends InputHTMLAttributes<HTMLInputElement> {
  label: string;
  hint?: string;
  problem?: string | undefined;
}

export function Field({ label, hint, problem, ...input }: Props) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        {...input}
        id={id}
        className="input"
        aria-invalid={problem ? true : undefined}
        aria-describedby={`${id}-hint`}
      />
      <small
        id={`${id}-hint`}
        className={problem ? "problem" : undefined}
        role={problem ? "alert" : undefined}
        hidden={!problem && !hint}
      >
        {problem ?? hint}
      </small>
    </div>
  );
}
