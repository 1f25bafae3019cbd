// The way into a space; its map comes only when one is entered.
import { lazy, Suspense, useEffect } from "react";
import { atriumClient } from "../connection/client";
import { Boundary } from "../parts/Boundary";
import { rememberRoom } from "../rooms/recent";
import { Entrance, wrongPassword, type Entry } from "./Entrance";
import { RoomSkeleton } from "../parts/RoomSkeleton";

const SpacePage = lazy(() => import("../space/SpacePage"));

export function SpaceEntry({ spaceId }: { spaceId: string }) {
  return (
    <Entrance roomKey={spaceId} kind="space">
      {(entry) => <EnteredSpace {...entry} />}
    </Entrance>
  );
}

function EnteredSpace({ info, password, onWrongPassword }: Entry) {
  useEffect(() => rememberRoom(info), [info]);
  return (
    <Boundary what="The space">
      <Suspense fallback={<RoomSkeleton />}>
        <SpacePage
          client={atriumClient()}
          spaceId={info.id}
          {...(password === undefined ? {} : { password })}
          onWrongPassword={() => onWrongPassword(wrongPassword(password))}
        />
      </Suspense>
    </Boundary>
  );
}
