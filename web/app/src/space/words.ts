// What somebody says, as the few short lines of a bubble. Pure.

const LONGEST_LINE = 30;
const MOST_LINES = 3;

/** How long a bubble of so many letters stays. */
export function shownFor(text: string): number {
  return Math.min(4000 + text.length * 50, 10_000);
}

/** Lines of whole words; what doesn't fit ends with an ellipsis. */
export function bubbleLines(text: string): readonly string[] {
  const words = text.trim().split(/\s+/u).flatMap(pieces);
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && length(last) + 1 + length(word) <= LONGEST_LINE)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
    if (lines.length > MOST_LINES) break;
  }
  if (lines.length <= MOST_LINES) return lines;
  const kept = lines.slice(0, MOST_LINES);
  kept[MOST_LINES - 1] = `${[...kept[MOST_LINES - 1]!].slice(0, LONGEST_LINE - 1).join("")}…`;
  return kept;
}

/** A word too long for a line, in pieces. */
function pieces(word: string): string[] {
  const letters = [...word];
  const cut: string[] = [];
  for (let at = 0; at < letters.length && cut.length <= MOST_LINES; at += LONGEST_LINE)
    cut.push(letters.slice(at, at + LONGEST_LINE).join(""));
  return cut;
}

function length(text: string): number {
  return [...text].length;
}
