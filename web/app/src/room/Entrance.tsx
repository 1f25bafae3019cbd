// What comes before a room or a space: the name, the look-up, the password. Then `children` with
// what was found. A room that is a space, and the other way round, goes to its own address.
import type { RoomInfo } from "@atrium/client";
import { useEffect, useState, type ReactNode } from "react";
import { sentence } from "../api/sentences";
import { keepPassword, passwordOf } from "../identity/passwords";
import { useIdentity } from "../identity/useIdentity";
import { go } from "../routing/route";
import { NameDoor } from "./NameDoor";
import { PasswordDoor } from "./PasswordDoor";
import { Refused } from "./Refused";
import { RoomSkeleton } from "../parts/RoomSkeleton";
import { useRoomLookup } from "./useRoomLookup";

export interface Entry {
  info: RoomInfo;
  password: string | undefined;
  /** The password was not the right one: asks again. */
  onWrongPassword(sentence: string): void;
}

interface Props {
  roomKey: string;
  kind: "room" | "space";
  children(entry: Entry): ReactNode;
}

export function Entrance(props: Props) {
  const { username } = useIdentity();
  return username ? <Found {...props} /> : <NameDoor />;
}

/** What the door says when it asks again. */
export function wrongPassword(given: string | undefined): string {
  return given === undefined ? "This room has a password by now." : sentence("wrong_password");
}

function Found({ roomKey, kind, children }: Props) {
  const { lookup, retry } = useRoomLookup(roomKey);
  const info = lookup.state === "found" ? lookup.info : null;
  const isElsewhere = info !== null && info.kind !== kind;
  useEffect(() => {
    if (!info || !isElsewhere) return;
    go(
      info.kind === "space" ? { page: "space", space: info.id } : { page: "room", room: info.id },
      true,
    );
  }, [info, isElsewhere]);

  if (lookup.state === "failed") {
    const { code, message, retryAfterMs } = lookup.error as {
      code?: string;
      message?: string;
      retryAfterMs?: number;
    };
    return (
      <Refused
        code={code ?? "internal"}
        reason={message ?? ""}
        retryAfterMs={retryAfterMs}
        retryAt={lookup.retryAt}
        onRetry={retry}
      />
    );
  }
  if (!info || isElsewhere) return <RoomSkeleton />;
  return <Unlocked info={info}>{children}</Unlocked>;
}

function Unlocked({ info, children }: { info: RoomInfo; children: Props["children"] }) {
  const [password, setPassword] = useState(() => passwordOf(info.id));
  const [problem, setProblem] = useState<string>();
  if ((info.hasPassword && password === undefined) || problem) {
    return (
      <PasswordDoor
        name={info.name}
        problem={problem}
        onPassword={(entered) => {
          keepPassword(info.id, entered);
          setPassword(entered);
          setProblem(undefined);
        }}
      />
    );
  }
  return children({
    info,
    password,
    onWrongPassword(sentence) {
      keepPassword(info.id, undefined);
      setPassword(undefined);
      setProblem(sentence);
    },
  });
}
