// The room's whiteboard: Excalidraw, drawing what everybody draws. Loaded lazily, with its style
// sheet and fonts; it fills whatever stands around it.
//
// Excalidraw keeps pictures in a store of their own beside the elements, and the room's board is
// elements only: the picture tool is off, and a picture that comes in a file stays with whoever
// opened it. Embedded pages are off too: what somebody links to is shown as text, and followed only
// by whoever presses it.
//
// Nothing here renders again while people draw or move: SceneLink talks to Excalidraw directly.
import "./assets";
import "@excalidraw/excalidraw/index.css";
import "./board.css";
import { Excalidraw } from "@excalidraw/excalidraw";
import type { ExcalidrawProps, UIOptions } from "@excalidraw/excalidraw/types";
import type { Room } from "@atrium/client";
import { useEffect, useMemo, useState } from "react";
import { useWatched } from "../hooks/useWatched";
import { BoardMenu } from "./BoardMenu";
import { BoardNote } from "./BoardNote";
import { ClearBoard } from "./ClearBoard";
import { SceneLink } from "./SceneLink";

interface Props {
  room: Room;
  me: { readonly userId: string; readonly username: string };
  theme: "light" | "dark";
}

const OPTIONS: UIOptions = {
  canvasActions: {
    changeViewBackgroundColor: false,
    clearCanvas: false,
    export: { saveFileToDisk: true },
    loadScene: false,
    saveAsImage: true,
    saveToActiveFile: false,
    toggleTheme: false,
  },
  tools: { image: false },
};

export default function BoardPane({ room, me, theme }: Props) {
  const { phase } = useWatched(room.state);
  const isLocked = useWatched(room.locked);
  const info = useWatched(room.info);
  const [isAsking, setAsking] = useState(false);
  const link = useMemo(() => new SceneLink(room.board, me.userId), [room, me.userId]);
  const isReadOnly = isLocked || (phase !== "joined" && phase !== "joining");

  useEffect(() => () => link.stop(), [link]);
  useEffect(() => link.setReadOnly(isReadOnly), [link, isReadOnly]);

  const menu = useMemo(
    () => <BoardMenu canClear={!isReadOnly} onClear={() => setAsking(true)} />,
    [isReadOnly],
  );

  return (
    <div className="board">
      <Excalidraw
        excalidrawAPI={link.attach}
        onChange={link.onChange}
        onPointerUpdate={link.onPointerUpdate}
        onLinkOpen={openLink}
        isCollaborating
        viewModeEnabled={isReadOnly}
        theme={theme}
        name={info?.name ?? "Board"}
        langCode="en"
        aiEnabled={false}
        validateEmbeddable={false}
        UIOptions={OPTIONS}
      >
        {menu}
      </Excalidraw>
      <BoardNote room={room} />
      {isAsking && <ClearBoard link={link} onClose={() => setAsking(false)} />}
    </div>
  );
}

/** A link goes to a web page, in a tab that can't reach back; anything else goes nowhere. */
const openLink: ExcalidrawProps["onLinkOpen"] = (element, event) => {
  event.preventDefault();
  const url = element.link && URL.canParse(element.link) ? new URL(element.link) : null;
  if (url?.protocol === "https:" || url?.protocol === "http:")
    window.open(url, "_blank", "noopener,noreferrer");
};
