// The bar at the top of a room: the way back, its name and code, who is here, and what can be done.
import type { Room, RoomInfo } from "@atrium/client";
import { useWatched } from "../hooks/useWatched";
import { Icon } from "../parts/Icon";
import { Menu, type MenuItem } from "../parts/Menu";
import { copyText } from "../parts/copy";
import { say } from "../parts/toasts";
import { FacePile } from "../people/FacePile";
import { readableCode } from "../rooms/roomKey";
import { routeHref } from "../routing/route";
import { themeItems } from "../theme/ThemeMenu";
import { themeChoice } from "../theme/theme";
import type { WideView } from "./shownPanes";
import { ViewSwitch } from "./ViewSwitch";

interface Props {
  room: Room;
  info: RoomInfo;
  isOwner: boolean;
  /** null on narrow screens, which have tabs instead. */
  view: WideView | null;
  onView(view: WideView): void;
  onPeople(): void;
  onSearch(): void;
  onExport(): void;
  onClose(): void;
}

export function RoomBar(props: Props) {
  const { room, info, view } = props;
  const isLocked = useWatched(room.locked);
  return (
    <header className="room-bar">
      <a
        className="icon-button"
        href={routeHref({ page: "rooms" })}
        aria-label="All rooms"
        title="All rooms"
      >
        <Icon name="back" />
      </a>
      <div className="room-title">
        <h1>{info.name}</h1>
        <p className="room-marks">
          <button
            type="button"
            className="room-code"
            aria-label={`Copy the code ${readableCode(info.code)}`}
            title="Copy the code"
            onClick={() => copy(info.code, "Code copied")}
          >
            {readableCode(info.code)}
          </button>
          {info.isPrivate && <span className="mark">Private</span>}
          {info.hasPassword && (
            <span className="mark">
              <Icon name="lock" />
              <span className="mark-word">Password</span>
            </span>
          )}
          {isLocked && (
            <span className="mark">
              <Icon name="eye" />
              <span className="mark-word">Read-only</span>
            </span>
          )}
        </p>
      </div>
      {view && <ViewSwitch view={view} onView={props.onView} />}
      <div className="room-bar-end">
        {view && <FacePile room={room} onPress={props.onPeople} />}
        {view && (
          <button type="button" className="button is-main" onClick={() => copyLink(info.id)}>
            <Icon name="link" />
            Copy link
          </button>
        )}
        <RoomMenu {...props} />
      </div>
    </header>
  );
}

function RoomMenu({ info, isOwner, onSearch, onExport, onClose }: Props) {
  const chosen = useWatched(themeChoice);
  const [system, ...others] = themeItems(chosen);
  const items: MenuItem[] = [
    { label: "Search messages", icon: "search", act: onSearch },
    { label: "Export chat…", icon: "export", act: onExport },
    { label: "Copy link", icon: "link", startsGroup: true, act: () => copyLink(info.id) },
    { label: "Copy code", icon: "copy", act: () => copy(info.code, "Code copied") },
    { ...system!, startsGroup: true },
    ...others,
  ];
  if (isOwner) {
    items.push({
      label: "Close this room…",
      icon: "trash",
      isDanger: true,
      startsGroup: true,
      act: onClose,
    });
  }
  return (
    <Menu label="Room menu" items={items}>
      <Icon name="menu" />
    </Menu>
  );
}

function copyLink(roomId: string): void {
  const link = new URL(routeHref({ page: "room", room: roomId }), location.href);
  void copy(link.href, "Link copied");
}

async function copy(text: string, done: string): Promise<void> {
  if (await copyText(text)) say(done);
  else say(`Your browser doesn’t let pages copy. Here it is: ${text}`, true);
}
