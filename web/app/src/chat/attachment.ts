// What an image or file message carries, read with suspicion: it comes from other people. Pure.
import type { Message } from "@atrium/client";
import { byteSize } from "../parts/bytes";
import { safeHref } from "./links";

export interface Attachment {
  /** null if the address is none that may be opened. */
  href: string | null;
  name: string;
  /** "3.4 MB · image/png", as far as known. */
  about: string;
  isImage: boolean;
}

/** The attachment of a message, or null for plain text. */
export function attachmentOf(message: Message): Attachment | null {
  if (message.type !== "image" && message.type !== "file") return null;
  const { url, name, size, mimeType } = message.metadata ?? {};
  const about = [
    typeof size === "number" ? byteSize(size) : "",
    typeof mimeType === "string" ? mimeType : "",
  ];
  const isImage = message.type === "image";
  return {
    href: safeHref(url),
    name: typeof name === "string" && name.trim() ? name : isImage ? "Image" : "File",
    about: about.filter(Boolean).join(" · "),
    isImage,
  };
}
