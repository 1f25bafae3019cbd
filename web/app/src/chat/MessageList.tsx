// The messages, oldest at the top, with days, the mark where unread ones begin, and the way down.
import type { Message, Room } from "@atrium/client";
import { useEffect, useMemo, useRef, useState, type RefObject } from "react";
import { useWatched } from "../hooks/useWatched";
import { dayName } from "../parts/ago";
import { Icon } from "../parts/Icon";
import type { ChatActions } from "./actions";
import { chatItems } from "./grouping";
import { MessageGroup, type RowContext } from "./MessageGroup";
import { MessageText } from "./MessageText";
import { useChatScroll } from "./useChatScroll";
import { useRowFocus } from "./useRowFocus";
import type { Unread } from "./useUnread";

/** A message to scroll to; a new object for each wish. */
export interface JumpTarget {
  id: string;
}

interface Props {
  room: Room;
  messages: readonly Message[];
  userId: string;
  editingId: string | null;
  target: JumpTarget | null;
  unread: Unread;
  actions: ChatActions;
  onAtBottom(isAtBottom: boolean): void;
}

const MARKED_FOR_MS = 2500;

export function MessageList(props: Props) {
  const { room, messages, userId, target, unread, actions, onAtBottom } = props;
  const createdBy = useWatched(room.info)?.createdBy;
  const hasMore = useWatched(room.hasMore);
  const scroll = useChatScroll(room, messages);
  const focus = useRowFocus(messages, userId, createdBy, actions);
  const markedId = useMarked(target, scroll.content);
  const items = useMemo(() => chatItems(messages, unread.from), [messages, unread.from]);
  const byId = useMemo(() => new Map(messages.map((message) => [message.id, message])), [messages]);
  useEffect(() => onAtBottom(scroll.isAtBottom), [scroll.isAtBottom, onAtBottom]);

  const rows: RowContext = {
    byId,
    userId,
    createdBy,
    activeKey: focus.activeKey,
    tabStopKey: focus.tabStopKey,
    editingId: props.editingId,
    markedId,
    actions,
  };
  return (
    <div className="messages-frame">
      <div
        ref={scroll.scroller}
        className="messages"
        role="log"
        aria-label="Messages"
        aria-live="off"
        aria-busy={scroll.isLoadingOlder}
        onScroll={scroll.onScroll}
        {...focus.handlers}
      >
        <div ref={scroll.content} className="messages-content">
          <Beginning
            hasMore={hasMore}
            isEmpty={messages.length === 0}
            problem={scroll.problem}
            onMore={scroll.loadOlder}
          />
          {items.map((item) => {
            switch (item.kind) {
              case "day":
                return (
                  <div
                    key={item.key}
                    className="day"
                    role="separator"
                    aria-label={dayName(item.at)}
                  >
                    <span>{dayName(item.at)}</span>
                  </div>
                );
              case "unread":
                return (
                  <div
                    key={item.key}
                    className="day is-unread"
                    role="separator"
                    aria-label="New messages"
                  >
                    <span>New</span>
                  </div>
                );
              case "system":
                return (
                  <div
                    key={item.key}
                    className="system"
                    role="article"
                    aria-label="From the house"
                    tabIndex={-1}
                    data-key={item.key}
                    data-id={item.message.id}
                  >
                    <MessageText text={item.message.message} />
                  </div>
                );
              case "group":
                return <MessageGroup key={item.key} messages={item.messages} rows={rows} />;
            }
          })}
        </div>
      </div>
      {!scroll.isAtBottom && (
        <button type="button" className="to-newest" onClick={() => scroll.toBottom(true)}>
          <Icon name="down" />
          {unread.count > 0
            ? `${unread.count} new ${unread.count === 1 ? "message" : "messages"}`
            : "Newest"}
        </button>
      )}
    </div>
  );
}

interface BeginningProps {
  hasMore: boolean;
  isEmpty: boolean;
  problem: string | null;
  onMore(): void;
}

function Beginning({ hasMore, isEmpty, problem, onMore }: BeginningProps) {
  if (problem) {
    return (
      <div className="notice is-problem" role="alert">
        <span>{problem}</span>
        <button type="button" className="button is-small" onClick={onMore}>
          Try again
        </button>
      </div>
    );
  }
  if (hasMore) {
    return (
      <p className="messages-older">
        <span className="spinner" aria-hidden="true" /> Earlier messages…
      </p>
    );
  }
  if (!isEmpty) return <p className="messages-older">This is where it began.</p>;
  return (
    <div className="messages-none">
      <Icon name="chat" />
      <p>
        <strong>Nothing was said yet.</strong>
        <br />
        Write the first message, or send somebody the link of this room.
      </p>
    </div>
  );
}

// Scrolls to the target, gives it the focus, and marks it for a moment.
function useMarked(target: JumpTarget | null, content: RefObject<HTMLDivElement>) {
  const [markedId, setMarkedId] = useState<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>();
  useEffect(() => {
    if (!target) return;
    const row = content.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(target.id)}"]`);
    if (!row) return;
    row.scrollIntoView({ block: "center", behavior: "instant" });
    row.focus({ preventScroll: true });
    setMarkedId(target.id);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setMarkedId(null), MARKED_FOR_MS);
  }, [target, content]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return markedId;
}
