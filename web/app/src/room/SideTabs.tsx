// Beside the board there is room for one of the two: chat or people.
import type { Pane } from "./shownPanes";
import { useTabKeys } from "./useTabKeys";

interface Props {
  tab: "chat" | "people";
  count: number;
  unread: number;
  onTab(tab: Pane): void;
}

export function SideTabs({ tab, count, unread, onTab }: Props) {
  const onKeyDown = useTabKeys();
  return (
    <div className="side-tabs">
      <div className="segments" role="tablist" aria-label="Beside the board" onKeyDown={onKeyDown}>
        <SideTab
          isChosen={tab === "chat"}
          label="Chat"
          badge={tab === "chat" ? 0 : unread}
          onPress={() => onTab("chat")}
        />
        <SideTab
          isChosen={tab === "people"}
          label="People"
          count={count}
          badge={0}
          onPress={() => onTab("people")}
        />
      </div>
    </div>
  );
}

interface TabProps {
  isChosen: boolean;
  label: string;
  count?: number;
  badge: number;
  onPress(): void;
}

function SideTab({ isChosen, label, count, badge, onPress }: TabProps) {
  return (
    <button
      type="button"
      role="tab"
      className="segment"
      aria-selected={isChosen}
      tabIndex={isChosen ? 0 : -1}
      onClick={onPress}
    >
      {label}
      {count !== undefined && <span className="segment-count">{count}</span>}
      {badge > 0 && (
        <span className="badge">
          {badge > 99 ? "99+" : badge}
          <span className="unseen"> new</span>
        </span>
      )}
    </button>
  );
}
