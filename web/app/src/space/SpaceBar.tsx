// The bar at the top of a space: the way back, its name and code, the link, and what else can be done.
import type { RoomInfo } from "@atrium/client";
import { useWatched } from "../hooks/useWatched";
import { copyText } from "../parts/copy";
import { Icon } from "../parts/Icon";
import { Menu, type MenuItem } from "../parts/Menu";
import { say } from "../parts/toasts";
import { readableCode } from "../rooms/roomKey";
import { routeHref } from "../routing/route";
import { themeItems } from "../theme/ThemeMenu";
import { themeChoice } from "../theme/theme";

interface Props {
  name: string;
  /** null until the chat is there. */
  info: RoomInfo | null;
  onSearch(): void;
}

export function SpaceBar({ name, info, onSearch }: Props) {
  const [system, ...others] = themeItems(useWatched(themeChoice));
  const items: MenuItem[] = [
    { label: "Search messages", icon: "search", act: onSearch },
    ...(info ? [{ label: "Copy link", icon: "link", act: () => copyLink(info.id) } as const] : []),
    { ...system!, startsGroup: true },
    ...others,
  ];
  return (
    <header className="space-bar">
      <a
        className="icon-button"
        href={routeHref({ page: "rooms" })}
        aria-label="Leave the space"
        title="Leave the space"
      >
        <Icon name="back" />
      </a>
      <div className="space-title">
        <h1>{name}</h1>
        {info && (
          <button
            type="button"
            className="space-code"
            aria-label={`Copy the code ${info.code}`}
            title="Copy the code"
            onClick={() => void copy(info.code, "Code copied")}
          >
            {readableCode(info.code)}
          </button>
        )}
      </div>
      {info && (
        <button type="button" className="button is-main space-link" onClick={() => copyLink(info.id)}>
          <Icon name="link" />
          Copy link
        </button>
      )}
      <Menu label="More" items={items}>
        <Icon name="menu" />
      </Menu>
    </header>
  );
}

function copyLink(space: string): void {
  void copy(new URL(routeHref({ page: "space", space }), location.href).href, "Link copied");
}

async function copy(text: string, done: string): Promise<void> {
  if (await copyText(text)) say(done);
  else say(`Your browser doesn’t let pages copy. Here it is: ${text}`, true);
}
