// Finds the links in a text. Pure. Only http and https ever become links, never an address that
// carries a name or password before its host, which serves to deceive.

export interface TextPart {
  text: string;
  /** Set for links. */
  href?: string;
}

const CANDIDATE = /https?:\/\/[^\s<>"`\u0000-\u001f\u200b-\u200f\u202a-\u202e\u2066-\u2069]+/gi;
const OPENING: Record<string, string> = { ")": "(", "]": "[", "}": "{" };

/** The text in parts; joined they give it again, letter for letter. */
export function linkParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(CANDIDATE)) {
    const link = withoutTail(match[0]);
    const href = safeHref(link);
    if (!href) continue;
    if (match.index > end) parts.push({ text: text.slice(end, match.index) });
    parts.push({ text: link, href });
    end = match.index + link.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}

/** The address if it is one that may be opened, else null. */
export function safeHref(address: unknown): string | null {
  if (typeof address !== "string") return null;
  try {
    const url = new URL(address);
    if (url.protocol !== "http:" && url.protocol !== "https:") return null;
    return url.username || url.password ? null : url.href;
  } catch {
    return null;
  }
}

// Punctuation after a link belongs to the sentence; a closing bracket too, unless it was opened
// inside.
function withoutTail(link: string): string {
  let end = link.length;
  for (; end > 0; end--) {
    const last = link[end - 1]!;
    if (/[.,;:!?'*_~…“”‘’]/.test(last)) continue;
    const opening = OPENING[last];
    if (!opening) break;
    const inside = link.slice(0, end - 1);
    if (count(inside, opening) > count(inside, last)) break;
  }
  return link.slice(0, end);
}

function count(text: string, letter: string): number {
  return text.split(letter).length - 1;
}
