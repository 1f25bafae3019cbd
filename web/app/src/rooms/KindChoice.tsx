// Room or space, as two cards of which one is chosen.
import { Icon } from "../parts/Icon";

interface Props {
  kind: "room" | "space";
  onChoose(kind: "room" | "space"): void;
}

const kinds = [
  { kind: "room", icon: "chat", name: "Room", what: "Chat and a whiteboard" },
  { kind: "space", icon: "map", name: "Space", what: "A map to walk on" },
] as const;

export function KindChoice({ kind: chosen, onChoose }: Props) {
  return (
    <fieldset className="kinds">
      <legend className="field-label">What kind</legend>
      {kinds.map(({ kind, icon, name, what }) => (
        <label key={kind} className="kind">
          <input
            type="radio"
            name="kind"
            value={kind}
            checked={kind === chosen}
            onChange={() => onChoose(kind)}
          />
          <Icon name={icon} />
          <span>
            {name}
            <small>{what}</small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
