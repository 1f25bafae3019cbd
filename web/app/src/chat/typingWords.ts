// Who is writing, as a sentence. Pure.

/** "", "Ann is writing…", "Ann and Bob are writing…", "Ann, Bob and 2 others are writing…". */
export function typingWords(names: readonly string[]): string {
  const [first, second] = names;
  if (!first) return "";
  if (!second) return `${first} is writing…`;
  if (names.length === 2) return `${first} and ${second} are writing…`;
  const others = names.length - 2;
  return `${first}, ${second} and ${others === 1 ? "one other" : `${others} others`} are writing…`;
}
