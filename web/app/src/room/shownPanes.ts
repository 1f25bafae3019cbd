// Which panes of a room are shown. On wide screens the board and a side beside it, or the chat
// alone with the people; on narrow ones a tab at a time. Pure.

export type Pane = "chat" | "board" | "people";
export type WideView = "both" | "chat";

export interface Shown {
  chat: boolean;
  board: boolean;
  people: boolean;
}

/** `tab` is the one chosen last; beside the board it says which of the others is at the side. */
export function shownPanes(isWide: boolean, view: WideView, tab: Pane): Shown {
  if (!isWide) return { chat: tab === "chat", board: tab === "board", people: tab === "people" };
  if (view === "chat") return { chat: true, board: false, people: true };
  return { chat: tab !== "people", board: true, people: tab === "people" };
}
