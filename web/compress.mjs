// node compress.mjs <folder>: puts `x.br` and `x.gz` beside every file `x` of a folder that gets
// smaller by it. atriumd serves them to who takes them and compresses nothing itself.
//
// What is compressed already (fonts, pictures), and what is so small that its headers outweigh it, is
// left alone. The same files always give the same bytes.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const TYPES = new Set([
  ".css", ".html", ".js", ".json", ".map", ".md", ".mjs", ".svg", ".ttf", ".txt", ".wasm",
  ".webmanifest",
]);
const SMALLEST_BYTES = 512;
// Above it brotli's best takes seconds a file and gains a hundredth.
const LARGE_BYTES = 200_000;
// A form is kept where it saves at least this part.
const WORTH = 0.05;

const compressors = {
  br: (bytes) => promisify(brotliCompress)(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: bytes.length > LARGE_BYTES ? 9 : 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  }),
  gz: (bytes) => promisify(gzip)(bytes, { level: 9 }),
};

async function* filesBelow(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile() && TYPES.has(extname(entry.name))) yield path;
  }
}

async function compress(path) {
  const bytes = await readFile(path);
  if (bytes.length < SMALLEST_BYTES) return;
  for (const [extension, make] of Object.entries(compressors)) {
    const small = await make(bytes);
    if (small.length <= bytes.length * (1 - WORTH)) await writeFile(`${path}.${extension}`, small);
  }
}

const [folder] = process.argv.slice(2);
if (!folder) {
  console.error("usage: node compress.mjs <folder>");
  process.exit(2);
}
const waiting = [];
for await (const path of filesBelow(folder)) waiting.push(path);
// As many as libuv has threads: more would only hold their bytes.
await Promise.all(Array.from({ length: 4 }, async () => {
  for (let path = waiting.pop(); path; path = waiting.pop()) await compress(path);
}));
