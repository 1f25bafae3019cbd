// A run of messages by one author: who and when once, then the messages.
import type { Message } from "@atrium/client";
import { Avatar } from "../parts/Avatar";
import { clock, fullTime } from "../parts/ago";
import type { ChatActions } from "./actions";
import { messageKey } from "./grouping";
import { MessageRow } from "./MessageRow";

export interface RowContext {
  byId: ReadonlyMap<string, Message>;
  userId: string;
  createdBy: string | undefined;
  activeKey: string | null;
  tabStopKey: string | null;
  editingId: string | null;
  markedId: string | null;
  actions: ChatActions;
}

export function MessageGroup({ messages, rows }: { messages: Message[]; rows: RowContext }) {
  const first = messages[0]!;
  const isOwn = first.userId === rows.userId;
  return (
    <section className={isOwn ? "group is-own" : "group"}>
      {!isOwn && <Avatar userId={first.userId} username={first.username} />}
      <div className="group-body">
        <header className="group-head">
          <strong className={isOwn ? "unseen" : "group-name"}>
            <bdi>{isOwn ? "You" : first.username}</bdi>
          </strong>
          <time
            dateTime={new Date(first.timestamp).toISOString()}
            title={fullTime(first.timestamp)}
          >
            {clock(first.timestamp)}
          </time>
        </header>
        {messages.map((message, at) => {
          const key = messageKey(message);
          return (
            <MessageRow
              key={key}
              message={message}
              original={message.replyTo ? rows.byId.get(message.replyTo) : undefined}
              userId={rows.userId}
              createdBy={rows.createdBy}
              isLastOfGroup={at === messages.length - 1}
              isActive={rows.activeKey === key}
              isTabStop={rows.tabStopKey === key}
              isEditing={rows.editingId === message.id}
              isMarked={rows.markedId === message.id}
              actions={rows.actions}
            />
          );
        })}
      </div>
    </section>
  );
}
