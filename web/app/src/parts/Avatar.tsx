// A person as a coloured disc with initials. Decoration: the name always stands beside it or in a
// label.
import type { CSSProperties } from "react";
import { hueOf, initialsOf } from "./hue";
import "./avatar.css";

interface Props {
  userId: string;
  username: string;
  size?: "small" | "large";
  isAway?: boolean;
}

export function Avatar({ userId, username, size, isAway }: Props) {
  const classes = ["avatar", size && `is-${size}`, isAway && "is-away"].filter(Boolean).join(" ");
  return (
    <span
      className={classes}
      style={{ "--hue": hueOf(userId) } as CSSProperties}
      aria-hidden="true"
    >
      {initialsOf(username)}
    </span>
  );
}
