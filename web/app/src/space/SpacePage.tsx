// A space: one walks over its map, sees who stands where, and talks. Loaded lazily.
import type { Atrium } from "@atrium/client";
import { useEffect, useState } from "react";
import { ConnectionBanner } from "../connection/ConnectionBanner";
import { useWatched } from "../hooks/useWatched";
import { Refused } from "../room/Refused";
import { RoomSkeleton } from "../parts/RoomSkeleton";
import { SpaceView } from "./SpaceView";
import { useSpace, type Stay } from "./useSpace";

interface Props {
  client: Atrium;
  spaceId: string;
  password?: string;
  /** The password is not the right one, or one is wanted: whoever shows this page asks for it. */
  onWrongPassword?(): void;
}

export default function SpacePage(props: Props) {
  const [tries, setTries] = useState(0);
  return <Visit key={tries} {...props} onRetry={() => setTries(tries + 1)} />;
}

function Visit({ client, spaceId, password, onWrongPassword, onRetry }: Props & Retry) {
  const stay = useSpace(client, spaceId, password);
  if (!stay) return <RoomSkeleton />;
  return <ByState client={client} stay={stay} onWrongPassword={onWrongPassword} onRetry={onRetry} />;
}

interface Retry {
  onRetry(): void;
}

interface ByStateProps extends Retry {
  client: Atrium;
  stay: Stay;
  onWrongPassword: Props["onWrongPassword"];
}

function ByState({ client, stay, onWrongPassword, onRetry }: ByStateProps) {
  const { phase, code, reason = "" } = useWatched(stay.space.state);
  const isWrongPassword = phase === "refused" && code === "wrong_password";
  useEffect(() => {
    if (isWrongPassword) onWrongPassword?.();
  }, [isWrongPassword]);
  switch (phase) {
    case "joined":
      return <SpaceView client={client} stay={stay} />;
    case "joining":
      return (
        <>
          <ConnectionBanner client={client} />
          <RoomSkeleton />
        </>
      );
    case "left":
      return <RoomSkeleton />;
    case "refused":
      return <Refused code={code ?? "internal"} reason={reason} onRetry={onRetry} />;
    case "closed":
      return <Refused code="room_closed" reason={reason} onRetry={onRetry} />;
    case "kicked":
      return <Refused code="kicked" reason={reason} onRetry={onRetry} />;
  }
}
