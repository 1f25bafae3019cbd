// Tells when the connection is away: why, when the next try comes, and a button for trying now.
// What is written meanwhile waits in the client's queue, and the banner says so.
import type { Atrium } from "@atrium/client";
import { useSecondsUntil } from "../hooks/useSecondsUntil";
import { useWatched } from "../hooks/useWatched";
import { Icon } from "../parts/Icon";
import { connectionWord, connectionWords } from "./words";
import "./banner.css";

export function ConnectionBanner({ client }: { client: Atrium }) {
  const state = useWatched(client.connection);
  const seconds = useSecondsUntil(state.phase === "waiting" ? state.retryAt : undefined);
  const words = connectionWords(state, seconds);
  return (
    <>
      <p className="unseen" role="status" aria-label="Connection">
        {connectionWord(state)}
      </p>
      {words && (
        <div className="connection-banner" data-phase={state.phase}>
          {state.phase === "connecting" ? (
            <span className="spinner" aria-hidden="true" />
          ) : (
            <Icon name="warning" />
          )}
          <p>
            <span>{words}</span>{" "}
            {state.phase === "waiting" && (
              <span className="connection-banner-more">What you write is kept and sent then.</span>
            )}
          </p>
          {state.phase === "waiting" && (
            <button type="button" className="button is-small" onClick={() => client.retryNow()}>
              Try now
            </button>
          )}
          {state.phase === "ended" && (
            <button type="button" className="button is-small" onClick={() => location.reload()}>
              Reload
            </button>
          )}
        </div>
      )}
    </>
  );
}
