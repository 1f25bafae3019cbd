// The chat of a room: messages, who is writing, the field to write in, and search.
import type { Message, Room } from "@atrium/client";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useTabVisible } from "../hooks/useTabVisible";
import { useWatched } from "../hooks/useWatched";
import { Icon } from "../parts/Icon";
import type { ChatActions } from "./actions";
import { canEdit } from "./actions";
import { Composer } from "./Composer";
import { DeleteDialog } from "./DeleteDialog";
import { MessageList } from "./MessageList";
import { Notices } from "./Notices";
import { SearchPanel } from "./SearchPanel";
import { TypingLine } from "./TypingLine";
import { useJump } from "./useJump";
import { useSpoken } from "./useSpoken";
import { useUnread } from "./useUnread";
import "./chat.css";
import "./message.css";
import "./search.css";

interface Props {
  room: Room;
  roomId: string;
  userId: string;
  isShown: boolean;
  isSearching: boolean;
  onSearch(isSearching: boolean): void;
  onUnread(count: number): void;
}

export function ChatPane({
  room,
  roomId,
  userId,
  isShown,
  isSearching,
  onSearch,
  onUnread,
}: Props) {
  const messages = useWatched(room.messages);
  const isLocked = useWatched(room.locked);
  const isTabVisible = useTabVisible();
  const [isAtBottom, setAtBottom] = useState(true);
  const [replyTo, setReplyTo] = useState<Message | null>(null);
  const [editingId, setEditingId] = useState<string | null>(null);
  const [deleting, setDeleting] = useState<Message | null>(null);
  const { target, isJumping, jump } = useJump(room);
  const spoken = useSpoken(messages, userId);
  const unread = useUnread(messages, userId, isShown && isTabVisible && isAtBottom);
  useEffect(() => onUnread(unread.count), [unread.count, onUnread]);

  const focusComposer = useCallback(() => {
    document.querySelector<HTMLElement>(".composer textarea")?.focus();
  }, []);
  const actions = useMemo<ChatActions>(
    () => ({
      reply: setReplyTo,
      startEdit: (message) => setEditingId(message.id),
      endEdit() {
        setEditingId(null);
        focusComposer();
      },
      async edit(message, text) {
        await room.edit(message.id, text);
        setEditingId(null);
        focusComposer();
      },
      askDelete: setDeleting,
      retry: (message) => room.retry(message.clientMessageId ?? message.id),
      discard: (message) => room.discard(message.clientMessageId ?? message.id),
      jump: (id) => void jump(id),
    }),
    [room, jump, focusComposer],
  );

  function editLast() {
    const last = messages.findLast((message) => canEdit(message, userId));
    if (last) setEditingId(last.id);
  }

  function goTo(id: string) {
    onSearch(false);
    void jump(id);
  }

  return (
    <section className="chat" aria-label="Chat" hidden={!isShown}>
      <Notices room={room} />
      {isSearching && <SearchPanel room={room} onGo={goTo} onClose={() => onSearch(false)} />}
      {isJumping && (
        <p className="chat-jumping" role="status">
          <span className="spinner" aria-hidden="true" /> Looking for the message…
        </p>
      )}
      <MessageList
        room={room}
        messages={messages}
        userId={userId}
        editingId={editingId}
        target={target}
        unread={unread}
        actions={actions}
        onAtBottom={setAtBottom}
      />
      <TypingLine room={room} userId={userId} />
      {isLocked ? (
        <p className="chat-locked">
          <Icon name="lock" />
          This room is read-only at the moment. An operator locked it.
        </p>
      ) : (
        <Composer
          room={room}
          roomId={roomId}
          replyTo={replyTo}
          onCancelReply={() => setReplyTo(null)}
          onEditLast={editLast}
        />
      )}
      <p className="unseen" aria-live="polite">
        {spoken}
      </p>
      {deleting && <DeleteDialog room={room} message={deleting} onDone={() => setDeleting(null)} />}
    </section>
  );
}
