// The whole library, minified and compressed, stays below 10 KB.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { gzipSync } from "node:zlib";

test("the built file is smaller than 10,000 bytes gzipped", () => {
  const file = readFileSync(new URL("../dist/atrium.min.js", import.meta.url));
  assert.ok(gzipSync(file, { level: 9 }).length < 10_000);
});

test("the library needs no other package at run time", () => {
  const about = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  assert.equal(about.dependencies, undefined);
});
