// What the file is called. Pure.

export type ExportFormat = "txt" | "csv" | "json" | "ndjson";

/** A name that every file system takes: "Friday-sketching-2026-03-12.csv". */
export function fileName(roomName: string, format: ExportFormat, now: number): string {
  const plain = roomName
    .normalize("NFKC")
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "");
  const day = new Date(now).toISOString().slice(0, 10);
  return `${[...plain].slice(0, 60).join("") || "room"}-${day}.${format}`;
}
