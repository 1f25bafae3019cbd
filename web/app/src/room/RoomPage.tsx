// A room, from its address to being in it, and what is said when that does not work out.
import type { Room, RoomInfo } from "@atrium/client";
import { useEffect, useState } from "react";
import { atriumClient } from "../connection/client";
import { ConnectionBanner } from "../connection/ConnectionBanner";
import { useWatched } from "../hooks/useWatched";
import { rememberRoom } from "../rooms/recent";
import { Entrance, wrongPassword, type Entry } from "./Entrance";
import { Refused } from "./Refused";
import { RoomSkeleton } from "../parts/RoomSkeleton";
import { RoomView } from "./RoomView";

export function RoomPage({ roomKey }: { roomKey: string }) {
  return (
    <Entrance roomKey={roomKey} kind="room">
      {(entry) => <JoinedRoom {...entry} />}
    </Entrance>
  );
}

function JoinedRoom({ info, password, onWrongPassword }: Entry) {
  const [tries, setTries] = useState(0);
  const [room, setRoom] = useState<Room | null>(null);
  useEffect(() => {
    const joined = atriumClient().room(info.id, {
      board: true,
      ...(password === undefined ? {} : { password }),
    });
    setRoom(joined);
    return () => joined.leave();
  }, [info.id, password, tries]);
  if (!room) return <RoomSkeleton />;
  return (
    <RoomByState
      room={room}
      found={info}
      password={password}
      onWrongPassword={onWrongPassword}
      onRetry={() => setTries(tries + 1)}
    />
  );
}

interface Props {
  room: Room;
  found: RoomInfo;
  password: string | undefined;
  onWrongPassword(sentence: string): void;
  onRetry(): void;
}

function RoomByState({ room, found, password, onWrongPassword, onRetry }: Props) {
  const { phase, code, reason } = useWatched(room.state);
  const info = useWatched(room.info) ?? found;
  const isWrongPassword = phase === "refused" && code === "wrong_password";
  useEffect(() => {
    if (phase === "joined") rememberRoom(info);
  }, [phase, info]);
  useEffect(() => {
    if (isWrongPassword) onWrongPassword(wrongPassword(password));
  }, [isWrongPassword]);

  switch (phase) {
    case "joining":
      return <Joining reason={reason} />;
    case "joined":
      return <RoomView room={room} info={info} password={password} />;
    case "left":
      return <RoomSkeleton />;
    case "refused":
      if (isWrongPassword) return <RoomSkeleton />;
      return <Refused code={code ?? "internal"} reason={reason ?? ""} onRetry={onRetry} />;
    case "closed":
      return <Refused code="room_closed" reason={reason ?? ""} onRetry={onRetry} />;
    case "kicked":
      return <Refused code="kicked" reason={reason ?? ""} onRetry={onRetry} />;
  }
}

/** `reason`: why the server does not let us in yet; the client goes on trying. */
function Joining({ reason }: { reason: string | undefined }) {
  return (
    <>
      <ConnectionBanner client={atriumClient()} />
      {reason && (
        <p className="joining-reason" role="status">
          <span className="spinner" aria-hidden="true" />
          {reason}
        </p>
      )}
      <RoomSkeleton />
    </>
  );
}
