// Marks the words of a search in a text. Pure.

export interface MarkedPart {
  text: string;
  isHit: boolean;
}

const BEFORE_HIT = 40;

/** The text in parts, every occurrence of a word of the query as one that is marked. */
export function markedParts(text: string, query: string): MarkedPart[] {
  const words = query.split(/\s+/).filter(Boolean).map(literal);
  if (words.length === 0) return [{ text, isHit: false }];
  const pattern = new RegExp(`(${words.join("|")})`, "giu");
  return text
    .split(pattern)
    .map((part, at) => ({ text: part, isHit: at % 2 === 1 }))
    .filter((part) => part.text !== "");
}

/** What is shown of a long text: from shortly before the first word that was found. */
export function excerpt(text: string, query: string, most = 240): string {
  const line = text.replace(/\s+/g, " ");
  const hit = markedParts(line, query)[0];
  const from =
    hit && !hit.isHit && hit.text.length < line.length ? hit.text.length - BEFORE_HIT : 0;
  const shown = line.slice(Math.max(0, from), Math.max(0, from) + most);
  return `${from > 0 ? "…" : ""}${shown}${Math.max(0, from) + most < line.length ? "…" : ""}`;
}

function literal(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&").replace(/\\-/g, "\\x2d");
}
