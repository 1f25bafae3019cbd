// What goes from the scene to the board and back, and whose pointers are shown.
import type { Cursor } from "@atrium/client";
import assert from "node:assert/strict";
import { test } from "node:test";
import { collaborators, SILENT_MS } from "../src/board/cursors";
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
