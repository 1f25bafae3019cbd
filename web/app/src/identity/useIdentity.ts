// The person, as state of React.
import { useWatched } from "../hooks/useWatched";
import { identity, type Identity } from "./identity";

export function useIdentity(): Identity {
  return useWatched(identity);
}
