// What goes from the scene to the board and back, and whose pointers are shown.
import type { Cursor } from "@atrium/client";
import assert from "node:assert/strict";
import { test } from "node:test";
import { collaborators, SILENT_MS } from "../src/board/cursors";
import { isSound } from "../src/board/sound";
import { Ledger, replaces } from "../src/board/versions";

const any = () => true;
const element = (id: string, version: number, versionNonce = 7) => ({ id, version, versionNonce });

test("the higher version replaces, on a tie the lower nonce, equal ones don't", () => {
  assert.ok(replaces(element("a", 2), element("a", 1)));
  assert.ok(!replaces(element("a", 1), element("a", 2)));
  assert.ok(replaces(element("a", 2, 1), element("a", 2, 9)));
  assert.ok(!replaces(element("a", 2, 9), element("a", 2, 1)));
  assert.ok(!replaces(element("a", 2), element("a", 2)));
  assert.ok(replaces({ version: 1 }, { version: 1, versionNonce: 3 }));
});

test("what was drawn here is told once", () => {
  const ledger = new Ledger();
  const scene = [element("a", 1), element("b", 1)];
  assert.deepEqual(ledger.takeNews(scene, any), scene);
  assert.deepEqual(ledger.takeNews(scene, any), []);
});

test("an element that Excalidraw changed in place is news", () => {
  const ledger = new Ledger();
  const own = element("a", 1);
  ledger.takeNews([own], any);
  own.version = 2;
  own.versionNonce = 3;
  assert.deepEqual(ledger.takeNews([own], any), [own]);
});

test("what came from the board does not go back to it", () => {
  const ledger = new Ledger();
  ledger.note(element("a", 5));
  assert.deepEqual(ledger.takeNews([element("a", 5)], any), []);
  assert.deepEqual(ledger.takeNews([element("a", 4)], any), []);
  assert.ok(ledger.isOutdated(element("a", 4)) && !ledger.isOutdated(element("a", 5)));
  // A version that stepped just behind another's is no news; the next stroke is.
  assert.deepEqual(ledger.takeNews([element("a", 5, 8)], any), []);
  assert.equal(ledger.takeNews([element("a", 6, 2)], any).length, 1);
});

test("an older version that comes late does not make the newer one news", () => {
  const ledger = new Ledger();
  ledger.note(element("a", 5));
  ledger.note(element("a", 3));
  assert.deepEqual(ledger.takeNews([element("a", 5)], any), []);
});

test("what nobody could see yet waits until it has grown", () => {
  const ledger = new Ledger();
  const scene = [element("dot", 1)];
  assert.deepEqual(ledger.takeNews(scene, () => false), []);
  assert.ok(!ledger.knows("dot"));
  assert.deepEqual(ledger.takeNews(scene, any), scene);
});

test("pointers of the others are shown until they were silent for long", () => {
  const now = 1_000_000;
  const cursor = (userId: string, more: Partial<Cursor> = {}): Cursor =>
    ({ userId, username: userId, x: 1, y: 2, seen: now, ...more });
  const shown = collaborators([
    cursor("me"),
    cursor("ann", { button: "down", tool: "laser" }),
    cursor("bob", { button: "sideways", tool: "axe" }),
    cursor("silent", { seen: now - SILENT_MS - 1 }),
    cursor("lost", { x: NaN }),
  ], "me", now);
  assert.deepEqual([...shown.keys()], ["ann", "bob"]);
  const [ann, bob] = [...shown.values()];
  assert.deepEqual(ann, { id: "ann", username: "ann", button: "down", pointer: { x: 1, y: 2, tool: "laser" } });
  assert.deepEqual([bob!.button, bob!.pointer!.tool], ["up", "pointer"]);
});

const sound = {
  id: "a", type: "rectangle", x: 1, y: -2.5, width: 30, height: 0, angle: 0, opacity: 100,
  strokeColor: "#000", backgroundColor: "transparent", fillStyle: "solid", strokeWidth: 2,
  strokeStyle: "solid", roughness: 1, seed: 2 ** 31 - 1, index: "a0", groupIds: ["g"], frameId: null,
  roundness: { type: 3 }, boundElements: [{ id: "b", type: "arrow" }], link: null, locked: false,
};
const line = { ...sound, type: "arrow", points: [[0, 0], [30, 0]], lastCommittedPoint: null,
  startBinding: { elementId: "c", focus: 0.1, gap: 4 }, endBinding: null, startArrowhead: null,
  endArrowhead: "arrow", elbowed: false };
const text = { ...sound, type: "text", text: "hm", originalText: "hm", fontSize: 20, fontFamily: 5,
  textAlign: "left", verticalAlign: "top", lineHeight: 1.25, containerId: null };
const freedraw = { ...sound, type: "freedraw", points: [[0, 0, 1]], pressures: [], lastCommittedPoint: null };

test("shapes as Excalidraw makes them are sound", () => {
  for (const shape of [sound, line, text, freedraw]) assert.ok(isSound(shape), shape.type);
  assert.ok(isSound({ ...sound, type: "image", fileId: "f", scale: [1, -1], crop: null }));
  assert.ok(isSound({ ...sound, type: "frame", name: null, index: undefined }));
});

test("shapes with a field that Excalidraw could not take are not", () => {
  const broken = [
    { ...sound, x: null }, { ...sound, y: {} }, { ...sound, width: 1e300 }, { ...sound, angle: "0" },
    { ...sound, strokeColor: {} }, { ...sound, groupIds: "g" }, { ...sound, groupIds: [1] },
    { ...sound, boundElements: [null] }, { ...sound, link: ["x"] }, { ...sound, roundness: 3 },
    { ...sound, index: {} }, { ...sound, locked: 0 },
    { ...freedraw, points: [["a", 1], null, 7] }, { ...freedraw, points: [] },
    { ...freedraw, pressures: "no" }, { ...line, points: [[0, 0], [1]] },
    { ...line, startBinding: { elementId: {} } }, { ...line, endArrowhead: 1 },
    { ...text, text: 7 }, { ...text, fontSize: 0 }, { ...text, lineHeight: Number.NaN },
    { ...sound, type: "image", fileId: "f", scale: 1 }, { ...sound, type: "frame", name: {} },
  ];
  for (const shape of broken) assert.ok(!isSound(shape), JSON.stringify(shape));
});
