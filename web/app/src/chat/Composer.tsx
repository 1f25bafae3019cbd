// Where one writes. Enter sends where there is a keyboard, Shift+Enter makes a line; on touch
// screens the button sends. Arrow up in an empty field edits one's last message. Others see that
// one is writing.
import type { Message, Room } from "@atrium/client";
import { useEffect, useRef, useState, type FormEvent, type KeyboardEvent } from "react";
import { sentenceOf } from "../api/sentences";
import { useMedia } from "../hooks/useMedia";
import { Icon } from "../parts/Icon";
import { say } from "../parts/toasts";
import { keepDraft, readDraft } from "./draft";
import { fitHeight } from "./fitHeight";
import { quotedText } from "./Quote";

const MOST_CHARACTERS = 10_000;
const COUNTED_FROM = 9_000;

interface Props {
  room: Room;
  roomId: string;
  replyTo: Message | null;
  onCancelReply(): void;
  onEditLast(): void;
}

export function Composer({ room, roomId, replyTo, onCancelReply, onEditLast }: Props) {
  const [text, setText] = useState(() => readDraft(roomId));
  const area = useRef<HTMLTextAreaElement>(null);
  const isTouch = useMedia("(pointer: coarse)");
  const length = [...text.trim()].length;
  const isTooLong = length > MOST_CHARACTERS;

  useEffect(() => fitHeight(area.current!), [text]);
  useEffect(() => keepDraft(roomId, text), [roomId, text]);
  useEffect(() => {
    if (replyTo) area.current!.focus();
  }, [replyTo]);
  useEffect(() => () => room.setTyping(false), [room]);
  // Whoever enters can write at once; on touch screens the keyboard would cover the chat.
  useEffect(() => {
    if (!isTouch && document.activeElement === document.body) area.current!.focus();
  }, []);

  function submit(event?: FormEvent) {
    event?.preventDefault();
    if (length === 0 || isTooLong) return;
    try {
      room.send(text.trim(), replyTo ? { replyTo: replyTo.id } : {});
    } catch (error) {
      // Too many wait already: what was written stays in the field.
      say(sentenceOf(error), true);
      return;
    }
    setText("");
    onCancelReply();
    area.current!.focus();
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey && !isTouch) {
      event.preventDefault();
      submit();
    } else if (event.key === "Escape" && replyTo) {
      onCancelReply();
    } else if (event.key === "ArrowUp" && text === "") {
      event.preventDefault();
      onEditLast();
    }
  }

  function change(next: string) {
    setText(next);
    room.setTyping(next.trim() !== "");
  }

  return (
    <form className="composer" onSubmit={submit} aria-label="Write a message">
      {replyTo && (
        <div className="composer-reply">
          <Icon name="reply" />
          <p>
            <strong>{replyTo.username}</strong>
            <span>{quotedText(replyTo)}</span>
          </p>
          <button
            type="button"
            className="icon-button is-small"
            aria-label="Don’t answer this message"
            onClick={onCancelReply}
          >
            <Icon name="close" />
          </button>
        </div>
      )}
      <div className="composer-row">
        <textarea
          ref={area}
          rows={1}
          aria-label="Message"
          placeholder="Write a message"
          value={text}
          enterKeyHint={isTouch ? "enter" : "send"}
          aria-invalid={isTooLong}
          onChange={(event) => change(event.target.value)}
          onKeyDown={onKeyDown}
          onBlur={() => room.setTyping(false)}
        />
        <button
          type="submit"
          className="composer-send"
          aria-label="Send"
          title="Send"
          disabled={length === 0 || isTooLong}
        >
          <Icon name="send" />
        </button>
      </div>
      {length >= COUNTED_FROM && (
        <p className={isTooLong ? "composer-count is-over" : "composer-count"} role="status">
          {isTooLong
            ? `${(length - MOST_CHARACTERS).toLocaleString()} characters too many`
            : `${(MOST_CHARACTERS - length).toLocaleString()} characters left`}
        </p>
      )}
    </form>
  );
}
