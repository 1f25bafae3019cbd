// Fetches a room's chat as a file, piece by piece so that one sees it grow, and hands it to the
// browser. It is fetched and not linked because a room with a password wants it in a header.
import { open } from "../api/rooms";
import type { ExportFormat } from "./fileName";

interface Wish {
  roomId: string;
  format: ExportFormat;
  password: string | undefined;
  signal: AbortSignal;
  onProgress(bytes: number): void;
}

/** The whole export. Rejects with a Refusal, or with an AbortError. */
export async function fetchExport({
  roomId,
  format,
  password,
  signal,
  onProgress,
}: Wish): Promise<Blob> {
  const path = `/api/rooms/${encodeURIComponent(roomId)}/messages/export?format=${format}`;
  const answer = await open(path, {
    signal,
    ...(password === undefined ? {} : { headers: { "X-Room-Password": password } }),
  });
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const reader = answer.body!.getReader();
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    pieces.push(value);
    bytes += value.length;
    onProgress(bytes);
  }
  return new Blob(pieces, {
    type: answer.headers.get("Content-Type") ?? "application/octet-stream",
  });
}

/** Hands it to the browser as a download. */
export function saveAs(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
