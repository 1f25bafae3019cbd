// Walking over a map: keys, edges, the camera, gliding, and the map in words.
import type { SpaceUser } from "@atrium/client";
import assert from "node:assert/strict";
import { test } from "node:test";
import { cameraFor, toMap, toWindow } from "../src/space/camera";
import { byDistance, encounters, whereIs } from "../src/space/near";
import { Tracks } from "../src/space/tracks";
import { heading, isWalkingKey, rounded, walk, walkTo, within } from "../src/space/walking";
import { bubbleLines, shownFor } from "../src/space/words";

const map = { width: 20, height: 10 };
const user = (userId: string, x: number, y: number, status: SpaceUser["status"] = "online"): SpaceUser =>
  ({ userId, username: userId.toUpperCase(), x, y, status });

test("held keys point one way, and a slanting one is no faster", () => {
  assert.deepEqual(heading(["ArrowRight"]), { x: 1, y: 0 });
  assert.deepEqual(heading(["ArrowRight", "KeyD"]), { x: 1, y: 0 });
  assert.deepEqual(heading(["ArrowLeft", "KeyD"]), { x: 0, y: 0 });
  assert.deepEqual(heading(["Tab"]), { x: 0, y: 0 });
  const slanting = heading(["KeyW", "KeyA"]);
  assert.ok(Math.abs(Math.hypot(slanting.x, slanting.y) - 1) < 1e-9);
  assert.ok(slanting.x < 0 && slanting.y < 0);
  assert.ok(isWalkingKey("KeyS") && !isWalkingKey("Enter"));
});

test("nobody walks off the map", () => {
  assert.deepEqual(walk(map, { x: 18.9, y: 0 }, heading(["ArrowRight", "ArrowUp"]), 5), { x: 19, y: 0 });
  assert.deepEqual(within(map, { x: -3, y: 99 }), { x: 0, y: 9 });
  assert.deepEqual(within({ width: 1, height: 1 }, { x: 0.7, y: 3 }), { x: 0, y: 0 });
});

test("a walk to a goal ends on it, not beyond", () => {
  const half = walkTo(map, { x: 0, y: 0 }, { x: 6, y: 8 }, 5);
  assert.deepEqual(half, { x: 3, y: 4 });
  assert.deepEqual(walkTo(map, half, { x: 6, y: 8 }, 50), { x: 6, y: 8 });
  assert.deepEqual(walkTo(map, { x: 1, y: 1 }, { x: -5, y: 1 }, 50), { x: 0, y: 1 });
  assert.deepEqual(rounded({ x: 1.23456, y: 0.999 }), { x: 1.23, y: 1 });
});

test("a small map is seen whole, in the middle", () => {
  const camera = cameraFor({ width: 800, height: 600 }, map, { x: 0, y: 0 });
  assert.equal(camera.follows, false);
  const first = toWindow(camera, { x: 0, y: 0 });
  const last = toWindow(camera, { x: 19, y: 9 });
  assert.ok(Math.abs(first.x + last.x - 800) < 1e-6 && Math.abs(first.y + last.y - 600) < 1e-6);
  assert.ok(first.x > 0 && last.x < 800);
});

test("on a big map the camera follows, up to the edge", () => {
  const view = { width: 800, height: 600 };
  const big = { width: 200, height: 200 };
  const middle = cameraFor(view, big, { x: 100, y: 100 });
  assert.ok(middle.follows);
  assert.deepEqual(toWindow(middle, { x: 100, y: 100 }), { x: 400, y: 300 });
  const corner = cameraFor(view, big, { x: 0, y: 0 });
  assert.ok(corner.left > 0 && corner.left < 100);
  const end = cameraFor(view, big, { x: 199, y: 199 });
  assert.ok(toWindow(end, { x: 199, y: 199 }).x < 800);
});

test("a point of the window is a point of the map, and back", () => {
  for (const focus of [{ x: 3, y: 4 }, { x: 150, y: 20 }]) {
    const camera = cameraFor({ width: 390, height: 700 }, { width: 200, height: 90 }, focus);
    const there = toMap(camera, toWindow(camera, { x: 12.5, y: 7.25 }));
    assert.ok(Math.hypot(there.x - 12.5, there.y - 7.25) < 1e-9);
  }
});

test("the others glide, arrive, jump when it is far, and are forgotten when they leave", () => {
  const tracks = new Tracks();
  tracks.set([user("a", 0, 0)]);
  tracks.set([user("a", 4, 0)]);
  assert.equal(tracks.pass(0.05, true), true);
  const before = tracks.at("a")!;
  assert.ok(before.x > 0 && before.x < 4);
  for (let frame = 0; frame < 120; frame++) tracks.pass(1 / 60, true);
  assert.deepEqual(tracks.at("a"), { x: 4, y: 0 });
  assert.equal(tracks.pass(1 / 60, true), false);
  tracks.set([user("a", 90, 0)]);
  tracks.pass(1 / 60, true);
  assert.deepEqual(tracks.at("a"), { x: 90, y: 0 });
  tracks.set([user("a", 91, 0)]);
  tracks.pass(0, false);
  assert.deepEqual(tracks.at("a"), { x: 91, y: 0 });
  tracks.set([]);
  assert.equal(tracks.at("a"), undefined);
});

test("gliding doesn't depend on how often is painted", () => {
  const after = (frames: number) => {
    const tracks = new Tracks();
    tracks.set([user("a", 0, 0)]);
    tracks.set([user("a", 8, 0)]);
    for (let frame = 0; frame < frames; frame++) tracks.pass(0.2 / frames, true);
    return tracks.at("a")!.x;
  };
  assert.ok(Math.abs(after(4) - after(24)) < 1e-9);
});

test("where somebody is, in words", () => {
  const me = { x: 10, y: 10 };
  assert.equal(whereIs({ x: 10.5, y: 9 }, me), "beside you");
  assert.equal(whereIs({ x: 14, y: 10 }, me), "4 steps to the right");
  assert.equal(whereIs({ x: 10, y: 2 }, me), "8 steps above");
  assert.equal(whereIs({ x: 6, y: 14 }, me), "6 steps below to the left");
  assert.equal(whereIs({ x: 2, y: 10 }, me), "8 steps to the left");
  const order = byDistance([user("c", 19, 9), user("b", 11, 10), user("a", 9, 10)], me);
  assert.deepEqual(order.map(({ userId }) => userId), ["a", "b", "c"]);
});

test("a meeting is told once, and on the border not over and over", () => {
  const me = { x: 0, y: 0 };
  const first = encounters(new Set(), [user("a", 2, 0), user("b", 9, 0), user("g", 1, 0, "away")], me);
  assert.deepEqual(first.met, ["A"]);
  const border = encounters(first.beside, [user("a", 3.5, 0)], me);
  assert.deepEqual([border.met, [...border.beside]], [[], ["a"]]);
  const gone = encounters(border.beside, [user("a", 5, 0)], me);
  assert.equal(gone.beside.size, 0);
  assert.deepEqual(encounters(gone.beside, [user("a", 2, 0)], me).met, ["A"]);
});

test("a bubble holds a few short lines of whatever was said", () => {
  assert.deepEqual(bubbleLines("  hello   there "), ["hello there"]);
  const long = bubbleLines("word ".repeat(200));
  assert.equal(long.length, 3);
  assert.ok(long.every((line) => [...line].length <= 30) && long[2]!.endsWith("…"));
  const one = bubbleLines("x".repeat(10_000));
  assert.ok(one.length === 3 && one.every((line) => [...line].length <= 30));
  assert.equal([...bubbleLines("👋".repeat(40))[0]!].length, 30);
  assert.ok(shownFor("hi") < shownFor("x".repeat(60)) && shownFor("x".repeat(10_000)) === 10_000);
});
