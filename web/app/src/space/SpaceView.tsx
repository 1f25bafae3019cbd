// Inside a space: the map, and beside it (below it on narrow screens) the chat or the people.
import type { Atrium } from "@atrium/client";
import { useState } from "react";
import { ChatPane } from "../chat/ChatPane";
import { ConnectionBanner } from "../connection/ConnectionBanner";
import { useMedia } from "../hooks/useMedia";
import { useTitle } from "../hooks/useTitle";
import { useWatched } from "../hooks/useWatched";
import { PeopleNear } from "./PeopleNear";
import { SpaceBar } from "./SpaceBar";
import { SpaceMap } from "./SpaceMap";
import { SpaceTabs, type Side } from "./SpaceTabs";
import { useNearby } from "./useNearby";
import type { Stay } from "./useSpace";
import "./space.css";
import "./side.css";

interface Props {
  client: Atrium;
  stay: Stay;
}

export function SpaceView({ client, stay: { space, room } }: Props) {
  const me = useWatched(client.me);
  const info = useWatched(room.info);
  const nearby = useNearby(space);
  const isWide = useMedia("(min-width: 900px)");
  const [side, setSide] = useState<Side | null>(null);
  const [isSearching, setSearching] = useState(false);
  const [unread, setUnread] = useState(0);
  const name = info?.name ?? space.roomId;
  const shown = side ?? (isWide ? "chat" : null);
  const here = nearby.users.filter((user) => user.status !== "away").length + 1;
  useTitle(unread > 0 ? `(${unread}) ${name}` : name);

  function choose(next: Side) {
    // On narrow screens a second press gives the map its room back.
    setSide(!isWide && next === side ? null : next);
  }

  return (
    <div className="space">
      <SpaceBar name={name} info={info} onSearch={() => {
        setSide("chat");
        setSearching(true);
      }} />
      <ConnectionBanner client={client} />
      <main className="space-panes" data-side={shown ?? "none"}>
        <SpaceMap client={client} space={space} />
        <SpaceTabs side={shown} here={here} unread={unread} canClose={!isWide} onSide={choose} />
        <div className="space-side" hidden={!shown}>
          <ChatPane
            room={room}
            roomId={space.roomId}
            userId={me.userId}
            isShown={shown === "chat"}
            isSearching={isSearching}
            onSearch={setSearching}
            onUnread={setUnread}
          />
          <PeopleNear nearby={nearby} isShown={shown === "people"} />
        </div>
      </main>
    </div>
  );
}
