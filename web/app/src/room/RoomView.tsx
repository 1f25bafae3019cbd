// Inside a room: the bar at the top, the board, the chat and the people, as far as the screen has
// room.
import type { Room, RoomInfo } from "@atrium/client";
import { useState } from "react";
import { ChatPane } from "../chat/ChatPane";
import { atriumClient } from "../connection/client";
import { ConnectionBanner } from "../connection/ConnectionBanner";
import { ExportDialog } from "../export/ExportDialog";
import { useMedia } from "../hooks/useMedia";
import { useTitle } from "../hooks/useTitle";
import { useWatched } from "../hooks/useWatched";
import { PeoplePane } from "../people/PeoplePane";
import { BoardSlot } from "./BoardSlot";
import { CloseRoomDialog } from "./CloseRoomDialog";
import { keepView, readView } from "./panes";
import { PaneTabs } from "./PaneTabs";
import { RoomBar } from "./RoomBar";
import { shownPanes, type Pane, type WideView } from "./shownPanes";
import { SideTabs } from "./SideTabs";
import "../parts/roomSkeleton.css";
import "./room.css";

interface Props {
  room: Room;
  info: RoomInfo;
  password: string | undefined;
}

export function RoomView({ room, info, password }: Props) {
  const client = atriumClient();
  const me = useWatched(client.me);
  const count = useWatched(room.count);
  const isWide = useMedia("(min-width: 900px)");
  const [view, setView] = useState(readView);
  const [tab, setTab] = useState<Pane>("chat");
  const [dialog, setDialog] = useState<"export" | "close" | null>(null);
  const [isSearching, setSearching] = useState(false);
  const [unread, setUnread] = useState(0);
  const shown = shownPanes(isWide, view, tab);
  useTitle(unread > 0 ? `(${unread}) ${info.name}` : info.name);

  function chooseView(next: WideView) {
    setView(next);
    keepView(next);
  }

  function search() {
    if (!shown.chat) setTab("chat");
    setSearching(true);
  }

  return (
    <div className="room" data-layout={isWide ? view : "tabs"}>
      <RoomBar
        room={room}
        info={info}
        isOwner={info.createdBy === me.userId}
        view={isWide ? view : null}
        onView={chooseView}
        onPeople={() => setTab(tab === "people" ? "chat" : "people")}
        onSearch={search}
        onExport={() => setDialog("export")}
        onClose={() => setDialog("close")}
      />
      <ConnectionBanner client={client} />
      <main className="room-panes">
        <BoardSlot room={room} me={me} isShown={shown.board} />
        <div className="room-side" hidden={!shown.chat && !shown.people}>
          {isWide && view === "both" && (
            <SideTabs
              tab={tab === "people" ? "people" : "chat"}
              count={count}
              unread={unread}
              onTab={setTab}
            />
          )}
          <ChatPane
            room={room}
            roomId={info.id}
            userId={me.userId}
            isShown={shown.chat}
            isSearching={isSearching}
            onSearch={setSearching}
            onUnread={setUnread}
          />
          <PeoplePane room={room} me={me} isShown={shown.people} />
        </div>
      </main>
      {!isWide && <PaneTabs tab={tab} count={count} unread={unread} onTab={setTab} />}
      {dialog === "export" && (
        <ExportDialog info={info} password={password} onClose={() => setDialog(null)} />
      )}
      {dialog === "close" && <CloseRoomDialog info={info} onClose={() => setDialog(null)} />}
    </div>
  );
}
