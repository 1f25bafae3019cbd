// Makes dist/atrium.min.js: the whole library as one minified ES module, for pages without a
// bundler. Prints its size. The limit is tests/size.test.mjs's.
import { build } from "esbuild";
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const outfile = new URL("dist/atrium.min.js", import.meta.url).pathname;
await build({
  entryPoints: [new URL("src/index.ts", import.meta.url).pathname],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  outfile,
  logLevel: "warning",
});
const text = readFileSync(outfile);
console.log(`atrium.min.js: ${text.length} bytes, ${gzipSync(text, { level: 9 }).length} gzipped`);
