// How the pages are packed: hashed names below assets/, nothing inlined into the page (its policy
// forbids inline scripts), the client library taken from its source. In development /api and /ws go
// to the server that ATRIUM_URL names.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { excalidrawAtHome } from "./excalidrawAtHome";

const server = process.env.ATRIUM_URL ?? "http://127.0.0.1:4000";
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  logLevel: "warn",
  plugins: [excalidrawAtHome()],
  resolve: {
    alias: { "@atrium/client": here("../client/src/index.ts") },
    // Parts of Excalidraw ask for an older React than ours, so npm puts both there: one is packed.
    dedupe: ["react", "react-dom"],
  },
  esbuild: { jsx: "automatic", legalComments: "none" },
  build: {
    target: "es2022",
    outDir: process.env.ATRIUM_PAGES_OUT || "dist",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 3000,
    rollupOptions: {
      // Packages of Excalidraw say "use client" to another kind of bundler.
      onwarn: (warning, warn) => {
        if (warning.code !== "MODULE_LEVEL_DIRECTIVE") warn(warning);
      },
    },
  },
  server: { proxy: { "/api": server, "/health": server, "/ws": { target: server, ws: true } } },
});
