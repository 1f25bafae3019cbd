// The chat's pure parts: grouping, links, attachments, search marks, unread ones, who is writing.
import type { Message } from "@atrium/client";
import assert from "node:assert/strict";
import { test } from "node:test";
import { canDelete, canEdit, canReply } from "../src/chat/actions";
import { attachmentOf } from "../src/chat/attachment";
import { chatItems, messageKey, PAUSE_MS } from "../src/chat/grouping";
import { excerpt, markedParts } from "../src/chat/highlight";
import { linkParts, safeHref } from "../src/chat/links";
import { typingWords } from "../src/chat/typingWords";
import { unreadOf } from "../src/chat/unreadOf";

const noon = new Date(2026, 2, 9, 12).getTime();

function message(seq: number, userId: string, more: Partial<Message> = {}): Message {
  return {
    id: `m${seq}`,
    roomId: "123456",
    seq,
    userId,
    username: userId,
    message: `text ${seq}`,
    type: "text",
    timestamp: noon + seq * 1000,
    ...more,
  };
}

test("one author's messages stand together until a pause, another author or another name", () => {
  const late = noon + PAUSE_MS + 60_000;
  const items = chatItems(
    [
      message(1, "ann"),
      message(2, "ann"),
      message(3, "bob"),
      message(4, "bob", { timestamp: late }),
      message(5, "bob", { timestamp: late + 1, username: "Robert" }),
    ],
    null,
  );
  assert.deepEqual(
    items.map((item) => (item.kind === "group" ? item.messages.map((one) => one.id) : item.kind)),
    ["day", ["m1", "m2"], ["m3"], ["m4"], ["m5"]],
  );
});

test("a new day, a system message and the unread mark each begin anew", () => {
  const items = chatItems(
    [
      message(1, "ann"),
      message(2, "ann", { timestamp: noon + 24 * 3_600_000 }),
      message(3, "ann", { timestamp: noon + 24 * 3_600_000 + 1, type: "system" }),
      message(4, "ann", { timestamp: noon + 24 * 3_600_000 + 2 }),
      message(5, "ann", { timestamp: noon + 24 * 3_600_000 + 3 }),
    ],
    "m5",
  );
  assert.deepEqual(
    items.map((item) => item.kind),
    ["day", "group", "day", "group", "system", "group", "unread", "group"],
  );
  assert.equal(new Set(items.map((item) => item.key)).size, items.length, "keys are unique");
});

test("a message keeps its key when it is stored", () => {
  const sending = message(0, "ann", { id: "c1", clientMessageId: "c1", delivery: "sending" });
  const stored = message(7, "ann", { clientMessageId: "c1", delivery: "sent" });
  assert.equal(messageKey(sending), messageKey(stored));
  assert.notEqual(messageKey(stored), messageKey({ ...stored, userId: "bob" }));
});

test("links are found, and what follows them stays text", () => {
  const cases: [string, string[]][] = [
    ["see https://example.org/a.", ["https://example.org/a"]],
    ["(https://example.org/a_(b))", ["https://example.org/a_(b)"]],
    ["HTTP://EXAMPLE.ORG, or http://x.y/?q=1&r=2!", ["HTTP://EXAMPLE.ORG", "http://x.y/?q=1&r=2"]],
    ['"https://example.org"', ["https://example.org"]],
    ["https://a.b<script>", ["https://a.b"]],
    ["no link: example.org, mailto:a@b.c, ftp://a.b", []],
    ["https://", []],
  ];
  for (const [text, links] of cases) {
    const parts = linkParts(text);
    assert.deepEqual(
      parts.filter((part) => part.href).map((part) => part.text),
      links,
      text,
    );
    assert.equal(parts.map((part) => part.text).join(""), text, "nothing is lost or changed");
  }
});

test("nothing but plain http and https can be opened", () => {
  const bad = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "https://bank.example@evil.example/",
    "//example.org",
    "",
    undefined,
    { toString: () => "https://example.org" },
  ];
  for (const address of bad) assert.equal(safeHref(address), null, String(address));
  assert.equal(safeHref("https://example.org/a b"), "https://example.org/a%20b");
  assert.equal(linkParts("https://me:pw@example.org/")[0]?.href, undefined);
});

test("an attachment is read with suspicion", () => {
  const name = "<img src=x onerror=alert(1)>.png";
  const given = { url: "https://example.org/a.png", name, size: 3400, mimeType: "image/png" };
  assert.deepEqual(attachmentOf(message(1, "ann", { type: "image", metadata: given })), {
    href: "https://example.org/a.png",
    name,
    about: "3.4 kB · image/png",
    isImage: true,
  });
  const odd = { url: "javascript:alert(1)", name: 7, size: "big", mimeType: {} };
  assert.deepEqual(attachmentOf(message(1, "ann", { type: "file", metadata: odd })), {
    href: null,
    name: "File",
    about: "",
    isImage: false,
  });
  assert.equal(attachmentOf(message(1, "ann")), null);
});

test("search marks every word and takes it literally", () => {
  assert.deepEqual(markedParts("Tea, then tea (a+b)", "tea a+b"), [
    { text: "Tea", isHit: true },
    { text: ", then ", isHit: false },
    { text: "tea", isHit: true },
    { text: " (", isHit: false },
    { text: "a+b", isHit: true },
    { text: ")", isHit: false },
  ]);
  assert.deepEqual(markedParts("anything", "  "), [{ text: "anything", isHit: false }]);
  for (const query of ["-", "]", "\\", "a-z", "[", "/", "^$"]) {
    assert.equal(markedParts(`x${query}y`, query)[1]?.text, query);
  }
});

test("an excerpt begins shortly before what was found", () => {
  const text = `${"long ".repeat(100)}needle ${"more ".repeat(100)}`;
  const shown = excerpt(text, "needle");
  assert.match(shown, /^….{0,60}needle/);
  assert.ok(shown.length < 260);
  assert.equal(excerpt("short", "nothing"), "short");
});

test("only others' messages after the last seen one are unread", () => {
  const all = [message(1, "bob"), message(2, "ann"), message(3, "bob"), message(0, "ann")];
  assert.deepEqual(
    unreadOf(all, "ann", 1).map((one) => one.id),
    ["m3"],
  );
});

test("who may do what with a message", () => {
  const own = message(3, "ann");
  const now = own.timestamp + 1000;
  assert.equal(canEdit(own, "ann", now), true);
  assert.equal(canEdit(own, "bob", now), false);
  assert.equal(canEdit(own, "ann", now + 3_600_000), false);
  assert.equal(canEdit({ ...own, type: "image" }, "ann", now), false);
  assert.equal(canDelete(own, "bob", "bob"), true, "the room's creator");
  assert.equal(canDelete(own, "bob", undefined), false);
  assert.equal(canDelete({ ...own, deletedAt: now }, "ann", undefined), false);
  assert.equal(canReply({ ...own, seq: 0 }), false, "not before the room has it");
});

test("who is writing is said in one line", () => {
  assert.equal(typingWords([]), "");
  assert.equal(typingWords(["Ann"]), "Ann is writing…");
  assert.equal(typingWords(["Ann", "Bob"]), "Ann and Bob are writing…");
  assert.equal(typingWords(["Ann", "Bob", "Cy"]), "Ann, Bob and one other are writing…");
  assert.equal(typingWords(["Ann", "Bob", "Cy", "Di"]), "Ann, Bob and 2 others are writing…");
});
