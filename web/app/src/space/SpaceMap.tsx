// The map that one walks over: the canvas, the keys, the pointer. People moving renders nothing here;
// the stage is told directly. In words the map is told by the list of people beside it.
import type { Atrium, Space } from "@atrium/client";
import { useEffect, useRef, useState, useSyncExternalStore, type KeyboardEvent, type PointerEvent } from "react";
import { useMedia } from "../hooks/useMedia";
import { onTheme } from "./palette";
import { Stage } from "./Stage";

interface Props {
  client: Atrium;
  space: Space;
}

export function SpaceMap({ client, space }: Props) {
  const ground = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const stage = useRef<Stage | null>(null);
  const isCalm = useMedia("(prefers-reduced-motion: reduce)");
  const isTouch = useMedia("(pointer: coarse)");
  const isIn = useSyncExternalStore(space.me.subscribe, () => space.me.get() !== null);
  const [hasWalked, setHasWalked] = useState(false);

  useEffect(() => {
    const made = new Stage(canvas.current!, client.me.get(), (at) => {
      space.move(at.x, at.y);
      setHasWalked(true);
    });
    stage.current = made;
    const ends = follow(made, client, space, ground.current!);
    return () => {
      ends.forEach((end) => end());
      made.stop();
      stage.current = null;
    };
  }, [client, space]);
  useEffect(() => stage.current?.setCalm(isCalm), [isCalm, space]);
  useEffect(() => {
    // Whoever enters can walk at once, unless they are about to do something else.
    if (isIn && document.activeElement === document.body) ground.current?.focus();
  }, [isIn]);

  function onKeyDown(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (stage.current?.press(event.code, event.shiftKey)) event.preventDefault();
  }

  function onPointerDown(event: PointerEvent<HTMLDivElement>) {
    if (event.button !== 0) return;
    const { left, top } = event.currentTarget.getBoundingClientRect();
    stage.current?.walkTo({ x: event.clientX - left, y: event.clientY - top });
  }

  return (
    <div
      ref={ground}
      className="space-map"
      role="application"
      aria-label="Map"
      aria-roledescription="map"
      aria-describedby="space-map-keys"
      tabIndex={0}
      onKeyDown={onKeyDown}
      onKeyUp={(event) => stage.current?.release(event.code, event.shiftKey)}
      onBlur={() => stage.current?.releaseAll()}
      onPointerDown={onPointerDown}
    >
      <canvas ref={canvas} aria-hidden="true" />
      <p id="space-map-keys" className="unseen">
        Walk with the arrow keys or W, A, S and D; hold Shift to run. The list of people says where
        everybody is.
      </p>
      {isIn && !hasWalked && (
        <p className="space-hint" aria-hidden="true">
          {isTouch
            ? "Tap where you want to go."
            : "Walk with the arrow keys, or click where you want to go."}
        </p>
      )}
    </div>
  );
}

/** Keeps the stage told about everything that it shows. Returns how that ends. */
function follow(
  stage: Stage,
  client: Atrium,
  space: Space,
  ground: HTMLElement,
): (() => void)[] {
  const tell = {
    map: () => stage.setMap(space.info.get() ?? { width: 100, height: 100 }),
    me: () => stage.setMe(client.me.get()),
    place: () => stage.setPlace(space.me.get()),
    users: () => stage.setUsers(space.users.get()),
  };
  Object.values(tell).forEach((now) => now());
  const size = new ResizeObserver(() =>
    stage.setView({ width: ground.clientWidth, height: ground.clientHeight }),
  );
  size.observe(ground);
  return [
    space.info.subscribe(tell.map),
    client.me.subscribe(tell.me),
    space.me.subscribe(tell.place),
    space.users.subscribe(tell.users),
    client.on("chat:message", ({ roomId, userId, message, messageType, resync }) => {
      if (roomId === space.roomId && messageType === "text" && !resync) stage.say(userId, message);
    }),
    onTheme(() => stage.setTheme()),
    () => size.disconnect(),
  ];
}
