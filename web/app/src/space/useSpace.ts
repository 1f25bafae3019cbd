// A space as one stays in it: its map over the page's connection, and its chat over one of its own,
// because one connection hears a room either as a space or as a room with chat and members. Both end
// when the page does.
import { Atrium, type Room, type Space } from "@atrium/client";
import { useEffect, useState } from "react";
import { userToken } from "../identity/token";

export interface Stay {
  readonly space: Space;
  readonly room: Room;
}

export function useSpace(client: Atrium, spaceId: string, password: string | undefined): Stay | null {
  const [stay, setStay] = useState<Stay | null>(null);

  useEffect(() => {
    const opened = password === undefined ? {} : { password };
    const space = client.space(spaceId, opened);
    const token = userToken();
    const talk = new Atrium({ ...client.me.get(), ...(token ? { token } : {}) });
    const room = talk.room(spaceId, { ...opened, board: false });
    // The map goes first: who is refused there is refused, and need not knock twice.
    const enter = () => {
      const { phase } = space.state.get();
      if (phase === "joined") talk.connect();
    };
    const rename = () => talk.rename(client.me.get().username);
    const ends = [space.state.subscribe(enter), client.me.subscribe(rename)];
    enter();
    setStay({ space, room });
    return () => {
      ends.forEach((end) => end());
      room.leave();
      space.leave();
      talk.close();
    };
  }, [client, spaceId, password]);
  return stay;
}
