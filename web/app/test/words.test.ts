// What people read: sentences of errors, times, sizes, the state of the connection, refused rooms.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inAWhile, sentence, sentenceOf } from "../src/api/sentences";
import { connectionWords } from "../src/connection/words";
import { fileName } from "../src/export/fileName";
import { ago, dayName, daysBetween } from "../src/parts/ago";
import { byteSize } from "../src/parts/bytes";
import { hueOf, initialsOf } from "../src/parts/hue";
import { refusedWords } from "../src/room/refusedWords";

const codes = (
  "bad_request invalid_json unknown_event unauthorized forbidden identity_mismatch " +
  "room_not_found room_exists room_full room_closed wrong_password not_in_room message_not_found " +
  "edit_window_closed payload_too_large rate_limited not_persisted store_unavailable " +
  "shutting_down internal unreachable offline"
).split(" ");

test("every code of the contract becomes a sentence without its code", () => {
  for (const code of [...codes, "a_new_code", ""]) {
    const words = sentence(code);
    assert.match(words, /^[A-Z].*\.$/, code);
    assert.doesNotMatch(words, /_|undefined|null/, code);
    const page = refusedWords(code, "");
    assert.match(page.text, /^[A-Z].*\.$/, code);
    assert.ok(page.title.length > 5);
  }
});

test("why a room ended or was left is told in the operator's words where there are any", () => {
  const closed = (said: string) => refusedWords("room_closed", said).text;
  assert.match(closed("The room was closed: closed"), /^It has ended for everybody\./);
  assert.match(closed("The room was closed: expired"), /^Nobody was here/);
  assert.match(closed("The room was closed: Lunch: at noon"), /“Lunch: at noon”/);
  assert.match(closed("There is no room with this code."), /^It has ended/);
  assert.match(refusedWords("kicked", "You were removed from the room: spam").text, /“spam”/);
  assert.equal(
    refusedWords("kicked", "You were removed from the room.").text,
    "An operator did that.",
  );
});

test("what the server says is used where the code says nothing", () => {
  assert.equal(sentence("bad_request", "name is too long"), "Name is too long.");
  assert.equal(sentenceOf({ code: "bad_request", message: "Really?" }), "Really?");
  assert.equal(sentenceOf(undefined), "Something went wrong. Try again in a moment.");
  assert.match(sentenceOf({ code: "rate_limited", retryAfterMs: 4200 }), /in 5 seconds/);
});

test("waiting times are said in people's units", () => {
  assert.equal(inAWhile(undefined), "in a moment");
  assert.equal(inAWhile(900), "in a moment");
  assert.equal(inAWhile(30_000), "in 30 seconds");
  assert.equal(inAWhile(100_000), "in 2 minutes");
});

test("the banner speaks only when the connection is away", () => {
  assert.equal(connectionWords({ phase: "online", attempt: 0 }, null), null);
  assert.equal(connectionWords({ phase: "connecting", attempt: 0 }, null), null);
  assert.match(connectionWords({ phase: "connecting", attempt: 2 }, null)!, /again/);
  assert.match(connectionWords({ phase: "waiting", attempt: 1 }, 3)!, /in 3 s\./);
  assert.match(connectionWords({ phase: "waiting", attempt: 1 }, 0)!, /now/);
  assert.equal(connectionWords({ phase: "ended", attempt: 0, reason: "Bye." }, null), "Bye.");
});

test("times and days", () => {
  const now = new Date(2026, 2, 10, 15).getTime();
  assert.equal(ago(now - 20_000, now), "just now");
  assert.equal(ago(now - 5 * 60_000, now), "5 min ago");
  assert.equal(ago(now - 3 * 3_600_000, now), "3 h ago");
  assert.equal(ago(now - 20 * 3_600_000, now), "yesterday");
  assert.equal(dayName(now, now), "Today");
  assert.equal(dayName(now - 86_400_000, now), "Yesterday");
  assert.match(dayName(new Date(2024, 0, 5).getTime(), now), /2024/);
  const beforeSummerTime = new Date(2026, 2, 28, 23, 59).getTime();
  assert.equal(daysBetween(beforeSummerTime, new Date(2026, 2, 30, 0, 1).getTime()), 2);
});

test("sizes", () => {
  assert.deepEqual([0, 999, 1000, 3449, 99_999, 12_345_678].map(byteSize), [
    "0 B",
    "999 B",
    "1.0 kB",
    "3.4 kB",
    "100 kB",
    "12 MB",
  ]);
  assert.equal(byteSize(-1), "");
  assert.equal(byteSize(Number.NaN), "");
});

test("initials and colours", () => {
  assert.equal(initialsOf("Ann Lee"), "AL");
  assert.equal(initialsOf("  bob "), "B");
  assert.equal(initialsOf("👩‍🎨 Zoë"), "👩Z");
  assert.equal(initialsOf("<b>Zed"), "BZ");
  assert.equal(initialsOf("Jean-Luc"), "J");
  assert.equal(initialsOf("!?"), "!");
  assert.equal(initialsOf(""), "?");
  assert.equal(hueOf("u-1"), hueOf("u-1"));
  const hues = new Set(Array.from({ length: 50 }, (_, at) => hueOf(`u-${at}`)));
  assert.ok(hues.size > 35, "neighbours differ");
});

test("file names are plain", () => {
  const day = Date.UTC(2026, 2, 12);
  assert.equal(fileName("Friday: ../sketching", "csv", day), "Friday-sketching-2026-03-12.csv");
  assert.equal(fileName("///", "txt", day), "room-2026-03-12.txt");
});
