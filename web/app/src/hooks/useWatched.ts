// A value of the client library as state of React: renders again when it changes, and only then.
import type { Watched } from "@atrium/client";
import { useCallback, useSyncExternalStore } from "react";

export function useWatched<T>(watched: Watched<T>): T {
  const subscribe = useCallback((listener: () => void) => watched.subscribe(listener), [watched]);
  return useSyncExternalStore(subscribe, () => watched.get());
}
