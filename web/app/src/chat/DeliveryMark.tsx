// Where an own message is on its way, as a small mark with a name.
import type { Delivery } from "@atrium/client";
import { Icon, type IconName } from "../parts/Icon";

const marks: Record<Exclude<Delivery, "failed">, [IconName, string]> = {
  sending: ["clock", "Sending"],
  sent: ["check", "Sent"],
  persisted: ["checks", "Sent and stored"],
};

export function DeliveryMark({ delivery }: { delivery: Delivery }) {
  if (delivery === "failed") return null;
  const [icon, label] = marks[delivery];
  return (
    <span className="delivery" data-delivery={delivery} role="img" aria-label={label} title={label}>
      <Icon name={icon} />
    </span>
  );
}
