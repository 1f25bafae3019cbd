// The one connection of this page. It is made when the first room is entered, by then the name is
// known; a new name reaches every room that one is in.
import { Atrium } from "@atrium/client";
import { identity } from "../identity/identity";
import { userToken } from "../identity/token";

let atrium: Atrium | null = null;

export function atriumClient(): Atrium {
  if (atrium) return atrium;
  const { userId, username } = identity.get();
  const token = userToken();
  const made = new Atrium({ userId, username, ...(token ? { token } : {}) });
  identity.subscribe(() => {
    const name = identity.get().username;
    if (name && name !== made.me.get().username) made.rename(name);
  });
  made.connect();
  atrium = made;
  return made;
}
