// Keeps Excalidraw at home: what it would fetch from elsewhere comes from our own folder, and what
// the page's policy forbids is left out.
//
// - Fonts are copied to assets/excalidraw-<version>/fonts (the version makes them cacheable for
//   ever), and so is its fall-back address, which points at a public host otherwise.
// - Its font subsetting runs WebAssembly in a worker; exported SVG gets the few font files that its
//   text needs as they are instead.
// - Its user interface is English here, which it has in itself: no language is packed to be fetched.
// - Diagrams from Mermaid's language would triple what is packed, and come as pictures where
//   Excalidraw has no shapes for them, which a board doesn't share: they are left out, and the board
//   doesn't offer them.
//
// Each change demands that it found what it changes: after an update of Excalidraw that moved
// something the build fails rather than calling home.
import { createReadStream, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, sep } from "node:path";
import type { Plugin } from "vite";

const require = createRequire(import.meta.url);
const DIST = dirname(require.resolve("@excalidraw/excalidraw"));
const PACKAGE = join(DIST, "..", "..", "package.json");
const { version } = JSON.parse(readFileSync(PACKAGE, "utf8")) as { version: string };
const FOLDER = `assets/excalidraw-${version}`;

const WHOLE_FONTS = `
export const Commands = { Subset: "SUBSET" };
export async function subsetToBinary(font) { return font; }
export async function toBase64(font) {
  const bytes = new Uint8Array(font);
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000)
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return "data:font/woff2;base64," + btoa(text);
}
export const subsetToBase64 = toBase64;
`;

interface Change {
  what: string;
  pattern: RegExp;
  by: string;
}

const CHANGES: readonly Change[] = [
  {
    what: "the address that fonts fall back to",
    pattern: /`https:\/\/esm\.sh\/.*?\/dist\/prod\/`/,
    by: `(location.origin + "/${FOLDER}/")`,
  },
  {
    what: "the worker that cuts fonts",
    pattern: /=\s*typeof Worker\s*<\s*"u"/,
    by: "=false",
  },
  {
    what: "the languages",
    pattern: /import\("\.\/locales\/[^"]+"\)/g,
    by: "Promise.resolve({})",
  },
  {
    what: "the diagrams",
    pattern: /import\("@excalidraw\/mermaid-to-excalidraw"\)/g,
    by: `Promise.resolve({
      parseMermaidToExcalidraw: () => Promise.reject(new Error("there are no diagrams here")),
    })`,
  },
];

/** All files below a folder, as paths. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

/** The plugin. The app reads the folder's address as `__EXCALIDRAW_ASSETS__`. */
export function excalidrawAtHome(): Plugin[] {
  return [
    { name: "excalidraw-fonts", config: addressOfAssets, generateBundle: emitFonts, configureServer },
    { name: "excalidraw-at-home", apply: "build", enforce: "pre", load, ...changes() },
  ];
}

function addressOfAssets() {
  return { define: { __EXCALIDRAW_ASSETS__: JSON.stringify(`/${FOLDER}/`) } };
}

const emitFonts: Plugin["generateBundle"] = function () {
  for (const path of filesBelow(join(DIST, "fonts")))
    this.emitFile({
      type: "asset",
      fileName: `${FOLDER}/${relative(DIST, path).split(sep).join("/")}`,
      source: readFileSync(path),
    });
};

const configureServer: Plugin["configureServer"] = (server) => {
  const known = new Set(filesBelow(join(DIST, "fonts")));
  server.middlewares.use(`/${FOLDER}`, (request, response, next) => {
    const path = join(DIST, decodeURIComponent((request.url ?? "").split("?")[0] ?? ""));
    if (!known.has(path)) return next();
    response.setHeader("content-type", "font/woff2");
    createReadStream(path).pipe(response);
  });
};

const load: Plugin["load"] = (id) => {
  if (/excalidraw\/dist\/prod\/subset-shared\.chunk\.js$/.test(id)) return WHOLE_FONTS;
  if (/excalidraw\/dist\/prod\/subset-worker\.chunk\.js$/.test(id))
    return "export const WorkerUrl = undefined;";
  return null;
};

function changes(): Pick<Plugin, "buildStart" | "transform" | "buildEnd"> {
  let open = new Set<Change>();
  return {
    buildStart() {
      open = new Set(CHANGES);
    },
    transform(code, id) {
      if (!id.includes("/@excalidraw/excalidraw/dist/prod/")) return null;
      let changed = code;
      for (const change of CHANGES) {
        const before = changed;
        changed = changed.replace(change.pattern, change.by);
        if (changed !== before) open.delete(change);
      }
      return changed === code ? null : { code: changed, map: null };
    },
    buildEnd(error) {
      if (error || open.size === 0) return;
      const names = [...open].map((change) => change.what).join(", ");
      this.error(`Excalidraw ${version} doesn't have what excalidrawAtHome.ts changes: ${names}`);
    },
  };
}
