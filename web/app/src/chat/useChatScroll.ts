// Keeps the list of messages where the reader is: at the newest if they are there, else what they
// read stays in place, whatever is put above or below. Asks for older ones when the top comes near.
import type { Message, Room } from "@atrium/client";
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";
import { sentenceOf } from "../api/sentences";

const NEAR_TOP_PX = 400;
const NEAR_BOTTOM_PX = 48;
const PAGE = 50;

export interface ChatScroll {
  scroller: RefObject<HTMLDivElement>;
  content: RefObject<HTMLDivElement>;
  isAtBottom: boolean;
  isLoadingOlder: boolean;
  problem: string | null;
  loadOlder(): void;
  toBottom(isSmooth?: boolean): void;
  onScroll(): void;
}

/** A row that is in view, and where. */
interface Anchor {
  key: string;
  top: number;
}

export function useChatScroll(room: Room, messages: readonly Message[]): ChatScroll {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const anchor = useRef<Anchor | null>(null);
  const isStuck = useRef(true);
  const lastKey = useRef<string | undefined>(undefined);
  const [isAtBottom, setAtBottom] = useState(true);
  const { isLoadingOlder, problem, loadOlder, loadIfNear } = useOlder(room, scroller);

  const toBottom = useCallback((isSmooth = false) => {
    const box = scroller.current!;
    isStuck.current = true;
    box.scrollTo({ top: box.scrollHeight, behavior: isSmooth ? "smooth" : "instant" });
  }, []);

  const onScroll = useCallback(() => {
    const box = scroller.current!;
    if (box.clientHeight === 0) return;
    isStuck.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_BOTTOM_PX;
    setAtBottom(isStuck.current);
    anchor.current = firstVisible(box);
    loadIfNear();
  }, [loadIfNear]);

  useLayoutEffect(() => {
    const box = scroller.current!;
    const last = messages[messages.length - 1];
    const isOwnNew = last?.delivery === "sending" && last.id !== lastKey.current;
    lastKey.current = last?.id;
    if (isStuck.current || isOwnNew) {
      toBottom();
    } else if (anchor.current) {
      // By its key: a group that older messages join is put there anew.
      const row = box.querySelector(`[data-key="${CSS.escape(anchor.current.key)}"]`);
      if (row) box.scrollTop += row.getBoundingClientRect().top - anchor.current.top;
    }
    onScroll();
  }, [messages, toBottom, onScroll]);

  useEffect(() => {
    const keep = new ResizeObserver(() => {
      if (isStuck.current && scroller.current) toBottom();
    });
    keep.observe(scroller.current!);
    keep.observe(content.current!);
    return () => keep.disconnect();
  }, [toBottom]);

  return { scroller, content, isAtBottom, isLoadingOlder, problem, loadOlder, toBottom, onScroll };
}

// Older messages, a page at a time. After a failure only the button asks again, not the scrolling.
function useOlder(room: Room, scroller: RefObject<HTMLDivElement>) {
  const isUnderWay = useRef(false);
  const hasFailed = useRef(false);
  const [isLoadingOlder, setLoading] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const loadOlder = useCallback(async () => {
    if (isUnderWay.current || !room.hasMore.get()) return;
    isUnderWay.current = true;
    setLoading(true);
    try {
      await room.loadOlder(PAGE);
      hasFailed.current = false;
      setProblem(null);
    } catch (error) {
      hasFailed.current = true;
      setProblem(sentenceOf(error));
    }
    isUnderWay.current = false;
    setLoading(false);
  }, [room]);

  const loadIfNear = useCallback(() => {
    if (!hasFailed.current && scroller.current!.scrollTop < NEAR_TOP_PX) void loadOlder();
  }, [loadOlder, scroller]);

  return { isLoadingOlder, problem, loadOlder: () => void loadOlder(), loadIfNear };
}

// The rows stand in order, so the first one that reaches into the view is found by halving.
function firstVisible(box: HTMLElement): Anchor | null {
  const rows = box.querySelectorAll<HTMLElement>("[data-key]");
  const edge = box.getBoundingClientRect().top;
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle]!.getBoundingClientRect().bottom > edge) high = middle;
    else low = middle + 1;
  }
  const row = rows[low];
  return row ? { key: row.dataset.key!, top: row.getBoundingClientRect().top } : null;
}
