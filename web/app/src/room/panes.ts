// The choice between board and chat on wide screens, kept in this browser.
import { readText, writeText } from "../identity/storage";
import type { WideView } from "./shownPanes";

const KEY = "atrium.view";

export function readView(): WideView {
  return readText(KEY) === "chat" ? "chat" : "both";
}

export function keepView(view: WideView): void {
  writeText(KEY, view);
}
