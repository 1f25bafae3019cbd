// A space: one walks over its map, sees who stands where, and talks. Loaded lazily.
import type { Atrium } from "@atrium/client";
import { useState } from "react";
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
}

export default function SpacePage(props: Props) {
  const [tries, setTries] = useState(0);
  return <Visit key={tries} {...props} onRetry={() => setTries(tries + 1)} />;
}

function Visit({ client, spaceId, password, onRetry }: Props & { onRetry(): void }) {
  const stay = useSpace(client, spaceId, password);
  return stay ? <ByState client={client} stay={stay} onRetry={onRetry} /> : <RoomSkeleton />;
}

interface ByStateProps {
  client: Atrium;
  stay: Stay;
  onRetry(): void;
}

function ByState({ client, stay, onRetry }: ByStateProps) {
  const { phase, code, reason = "" } = useWatched(stay.space.state);
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
