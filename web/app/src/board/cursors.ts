// The pointers of the others, as Excalidraw wants to be told about them. Pure.
import type { Cursor } from "@atrium/client";
import type { Collaborator, SocketId } from "@excalidraw/excalidraw/types";

/** A pointer that did not move for so long is taken away; its owner may be reading. */
export const SILENT_MS = 20_000;

/** Those that are shown at `now`, by user. Excalidraw makes the colour of the id. */
export function collaborators(
  cursors: readonly Cursor[],
  me: string,
  now: number,
): Map<SocketId, Collaborator> {
  const shown = new Map<SocketId, Collaborator>();
  for (const cursor of cursors) {
    if (cursor.userId === me || now - cursor.seen > SILENT_MS) continue;
    if (!Number.isFinite(cursor.x) || !Number.isFinite(cursor.y)) continue;
    shown.set(cursor.userId as SocketId, {
      id: cursor.userId,
      username: cursor.username,
      button: cursor.button === "down" ? "down" : "up",
      pointer: { x: cursor.x, y: cursor.y, tool: cursor.tool === "laser" ? "laser" : "pointer" },
    });
  }
  return shown;
}
