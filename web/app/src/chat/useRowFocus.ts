// Which message is pointed at or has the focus, and the keys that work on it: arrows, Home and End
// walk, R answers, E edits, Delete takes back.
import type { Message } from "@atrium/client";
import {
  useCallback,
  useState,
  type FocusEvent,
  type KeyboardEvent,
  type PointerEvent,
} from "react";
import { canDelete, canEdit, canReply, type ChatActions } from "./actions";
import { messageKey } from "./grouping";

export function useRowFocus(
  messages: readonly Message[],
  userId: string,
  createdBy: string | undefined,
  actions: ChatActions,
) {
  const [pointed, setPointed] = useState<string | null>(null);
  const [focused, setFocused] = useState<string | null>(null);

  const onPointerOver = useCallback((event: PointerEvent) => setPointed(keyAt(event.target)), []);
  const onPointerLeave = useCallback((event: PointerEvent) => {
    if (event.pointerType === "mouse") setPointed(null);
  }, []);
  const onFocus = useCallback((event: FocusEvent) => setFocused(keyAt(event.target)), []);
  const onBlur = useCallback((event: FocusEvent) => {
    if (!event.currentTarget.contains(event.relatedTarget)) setFocused(null);
  }, []);

  const onKeyDown = useCallback(
    (event: KeyboardEvent) => {
      const row = (event.target as Element).closest<HTMLElement>("[data-key]");
      if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
      if (walk(event.key, row)) return event.preventDefault();
      const message = messages.find((one) => messageKey(one) === row.dataset.key);
      if (message && act(event.key, message)) event.preventDefault();
    },
    [messages, userId, createdBy, actions],
  );

  function act(key: string, message: Message): boolean {
    if (key === "r" && canReply(message)) actions.reply(message);
    else if (key === "e" && canEdit(message, userId)) actions.startEdit(message);
    else if (key === "Delete" && canDelete(message, userId, createdBy)) actions.askDelete(message);
    else return false;
    return true;
  }

  const last = messages[messages.length - 1];
  return {
    activeKey: pointed ?? focused,
    tabStopKey: focused ?? (last ? messageKey(last) : null),
    handlers: { onPointerOver, onPointerLeave, onFocus, onBlur, onKeyDown },
  };
}

function keyAt(target: EventTarget): string | null {
  return (target as Element).closest<HTMLElement>("[data-key]")?.dataset.key ?? null;
}

function walk(key: string, row: HTMLElement): boolean {
  const rows = [...row.closest("[role=log]")!.querySelectorAll<HTMLElement>("[data-key]")];
  const at = rows.indexOf(row);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[key];
  if (to === undefined) return false;
  rows[to]?.focus();
  return true;
}
