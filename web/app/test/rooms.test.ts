// The way in: codes and links, addresses, recent rooms, names, the form for a new room, who is
// listed how.
import type { Participant } from "@atrium/client";
import assert from "node:assert/strict";
import { test } from "node:test";
import { tidyName } from "../src/identity/name";
import { inOrder, statusWords } from "../src/people/order";
import { shownPanes } from "../src/room/shownPanes";
import { emptyDraft, newRoomOf, problemsOf } from "../src/rooms/newRoom";
import { MOST_RECENT, parseRecent, withRecent, type RecentRoom } from "../src/rooms/recentList";
import { readableCode, roomKeyOf } from "../src/rooms/roomKey";
import { parseRoute, routeHref } from "../src/routing/route";

const recent = (id: string, at = 1): RecentRoom => ({
  id,
  code: "123456",
  name: id,
  kind: "room",
  at,
});

test("codes, ids and links lead into a room", () => {
  assert.equal(roomKeyOf("123456"), "123456");
  assert.equal(roomKeyOf(" 123 456 "), "123456");
  assert.equal(roomKeyOf("123-456"), "123456");
  assert.equal(roomKeyOf("design-team"), "design-team");
  assert.equal(roomKeyOf("http://x.y:4000/#/room/design-team"), "design-team");
  assert.equal(roomKeyOf("http://x.y/#/space/plaza"), "plaza");
  for (const wrong of ["", "a b", "http://x.y/", "http://x.y/#/", "ä"]) {
    assert.equal(roomKeyOf(wrong), null, wrong);
  }
  assert.equal(readableCode("123456"), "123 456");
  assert.equal(readableCode("plaza"), "plaza");
});

test("addresses are read and written the same way", () => {
  const routes = [
    { page: "rooms" },
    { page: "room", room: "123456" },
    { page: "space", space: "a/b c" },
  ] as const;
  for (const route of routes) assert.deepEqual(parseRoute(routeHref(route)), route);
  for (const odd of ["", "#", "#/nonsense/1", "#/room/", "#/room/%E0%A4%A"]) {
    assert.deepEqual(parseRoute(odd), { page: "rooms" }, odd);
  }
});

test("recent rooms: newest first, each once, bounded", () => {
  let list: readonly RecentRoom[] = [];
  for (let at = 0; at < 20; at++) list = withRecent(list, recent(`r${at}`, at));
  assert.equal(list.length, MOST_RECENT);
  list = withRecent(list, recent("r15", 99));
  assert.equal(list[0]!.at, 99);
  assert.equal(list.filter((room) => room.id === "r15").length, 1);
});

test("what was kept is read with suspicion", () => {
  assert.deepEqual(parseRecent(null), []);
  assert.deepEqual(parseRecent("{"), []);
  assert.deepEqual(parseRecent('{"a":1}'), []);
  assert.deepEqual(parseRecent(JSON.stringify([null, 7, { id: 1 }, recent("a")])), [recent("a")]);
});

test("names are one line of at most 64 characters", () => {
  assert.equal(tidyName("  Ann\nLee\u0000 "), "Ann Lee");
  assert.equal([...tidyName("😀".repeat(100))].length, 64);
  assert.equal(tidyName(" \t "), "");
});

test("a new room: sentences for what is wrong, and only what was chosen is sent", () => {
  assert.deepEqual(Object.keys(problemsOf(emptyDraft)), ["name"]);
  const draft = { ...emptyDraft, name: " Tea " };
  assert.deepEqual(problemsOf(draft), {});
  assert.deepEqual(newRoomOf(draft, "u-1"), {
    name: "Tea",
    createdBy: "u-1",
    kind: "room",
    isPrivate: false,
    maxParticipants: 50,
  });
  const odd = { ...draft, maxParticipants: "1.5", kind: "space" as const, width: "0", height: "" };
  assert.deepEqual(Object.keys(problemsOf(odd)), ["maxParticipants", "width", "height"]);
});

test("oneself first, ghosts last, the rest by name", () => {
  const person = (userId: string, username: string, connections = 1): Participant => ({
    userId,
    username,
    connections,
    status: connections ? "online" : "away",
    joinedAt: 1,
  });
  const list = [person("1", "zoe"), person("2", "Ann", 0), person("3", "bob"), person("4", "Me")];
  assert.deepEqual(
    inOrder(list, "4").map((one) => one.username),
    ["Me", "bob", "zoe", "Ann"],
  );
  assert.equal(statusWords(person("2", "Ann", 0)), "Lost the connection");
  assert.equal(
    statusWords({ ...person("1", "zoe"), status: "busy", text: "in a call" }),
    "Busy · in a call",
  );
});

test("panes: tabs on phones, board and side or chat and people on wide screens", () => {
  assert.deepEqual(shownPanes(false, "both", "board"), { chat: false, board: true, people: false });
  assert.deepEqual(shownPanes(true, "both", "board"), { chat: true, board: true, people: false });
  assert.deepEqual(shownPanes(true, "both", "people"), { chat: false, board: true, people: true });
  assert.deepEqual(shownPanes(true, "chat", "board"), { chat: true, board: false, people: true });
});
