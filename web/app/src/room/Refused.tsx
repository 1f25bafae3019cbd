// The page in place of a room that cannot be shown: what is the matter, and the ways on.
import { useEffect, useRef } from "react";
import { useSecondsUntil } from "../hooks/useSecondsUntil";
import { useTitle } from "../hooks/useTitle";
import { Icon } from "../parts/Icon";
import { routeHref } from "../routing/route";
import { Door } from "./Door";
import { refusedWords } from "./refusedWords";

interface Props {
  code: string;
  reason: string;
  retryAfterMs?: number | undefined;
  /** When another try comes by itself. */
  retryAt?: number | undefined;
  onRetry(): void;
}

export function Refused({ code, reason, retryAfterMs, retryAt, onRetry }: Props) {
  const { title, text, again } = refusedWords(code, reason, retryAfterMs);
  const seconds = useSecondsUntil(retryAt);
  const heading = useRef<HTMLHeadingElement>(null);
  useTitle(title);
  useEffect(() => heading.current?.focus(), [code]);
  return (
    <Door>
      <span className="door-mark">
        <Icon name={code === "room_full" ? "people" : "door"} />
      </span>
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      <p className="quiet" role="alert">
        {text}
      </p>
      {seconds !== null && seconds > 0 && (
        <p className="quiet door-count">Trying again in {seconds} s.</p>
      )}
      <div className="buttons">
        {again && (
          <button type="button" className="button is-main" onClick={onRetry}>
            {again}
          </button>
        )}
        <a className={again ? "button" : "button is-main"} href={routeHref({ page: "rooms" })}>
          All rooms
        </a>
      </div>
    </Door>
  );
}
