// Chat or people: which of them is beside the map. On narrow screens both can be away.
import { Icon, type IconName } from "../parts/Icon";

export type Side = "chat" | "people";

interface Props {
  /** null: the map has all the room. */
  side: Side | null;
  here: number;
  unread: number;
  canClose: boolean;
  onSide(side: Side): void;
}

const TABS: readonly [Side, string, IconName][] = [
  ["chat", "Chat", "chat"],
  ["people", "People", "people"],
];

export function SpaceTabs({ side: chosen, here, unread, canClose, onSide }: Props) {
  return (
    <div className="space-tabs">
      <div className="segments" role="group" aria-label="Beside the map">
        {TABS.map(([side, label, icon]) => (
          <button
            key={side}
            type="button"
            className="segment"
            aria-pressed={side === chosen}
            onClick={() => onSide(side)}
          >
            <Icon name={canClose && side === chosen ? "down" : icon} />
            {label}
            {side === "people" && <span className="segment-count">{here}</span>}
            {side === "chat" && chosen !== "chat" && unread > 0 && (
              <span className="badge">
                {unread > 99 ? "99+" : unread}
                <span className="unseen"> new</span>
              </span>
            )}
          </button>
        ))}
      </div>
    </div>
  );
}
