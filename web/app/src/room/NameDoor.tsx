// For those who come by a link and have no name here yet.
import { NameForm } from "../identity/NameForm";
import { useTitle } from "../hooks/useTitle";
import { Icon } from "../parts/Icon";
import { Door } from "./Door";

export function NameDoor() {
  useTitle("Your name");
  return (
    <Door>
      <span className="door-mark">
        <Icon name="person" />
      </span>
      <h1>Who is coming in?</h1>
      <p className="quiet">Others in the room see this name. You can change it at any time.</p>
      <NameForm action="Enter the room" />
    </Door>
  );
}
