// The tabs at the bottom of a phone.
import { Icon, type IconName } from "../parts/Icon";
import type { Pane } from "./shownPanes";
import { useTabKeys } from "./useTabKeys";

interface Props {
  tab: Pane;
  count: number;
  unread: number;
  onTab(tab: Pane): void;
}

const tabs: readonly [Pane, string, IconName][] = [
  ["chat", "Chat", "chat"],
  ["board", "Board", "board"],
  ["people", "People", "people"],
];

export function PaneTabs({ tab: chosen, count, unread, onTab }: Props) {
  const onKeyDown = useTabKeys();
  return (
    <nav aria-label="Panes">
      <div className="pane-tabs" role="tablist" aria-label="What is shown" onKeyDown={onKeyDown}>
        {tabs.map(([tab, label, icon]) => (
          <button
            key={tab}
            type="button"
            role="tab"
            className="pane-tab"
            aria-selected={tab === chosen}
            tabIndex={tab === chosen ? 0 : -1}
            onClick={() => onTab(tab)}
          >
            <Icon name={icon} />
            <span>
              {label}
              {tab === "people" && <span className="segment-count"> {count}</span>}
            </span>
            {tab === "chat" && chosen !== "chat" && unread > 0 && (
              <span className="badge">
                {unread > 99 ? "99+" : unread}
                <span className="unseen"> new</span>
              </span>
            )}
          </button>
        ))}
      </div>
    </nav>
  );
}
