// Board and chat, or chat alone, on wide screens.
import { Icon } from "../parts/Icon";
import type { WideView } from "./shownPanes";

const views = [
  { view: "both", icon: "split", label: "Board" },
  { view: "chat", icon: "chat", label: "Chat" },
] as const;

export function ViewSwitch({
  view: chosen,
  onView,
}: {
  view: WideView;
  onView(view: WideView): void;
}) {
  return (
    <div className="segments view-switch" role="group" aria-label="What is shown">
      {views.map(({ view, icon, label }) => (
        <button
          key={view}
          type="button"
          className="segment"
          aria-pressed={view === chosen}
          onClick={() => onView(view)}
        >
          <Icon name={icon} />
          {label}
        </button>
      ))}
    </div>
  );
}
