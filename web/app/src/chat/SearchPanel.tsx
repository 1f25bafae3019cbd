// Searches the room's messages on the server, as one types. A result leads to its place in the
// chat.
import type { Message, Room } from "@atrium/client";
import { useEffect, useState } from "react";
import { sentenceOf } from "../api/sentences";
import { ago } from "../parts/ago";
import { Icon } from "../parts/Icon";
import { excerpt, markedParts } from "./highlight";

interface Props {
  room: Room;
  onGo(id: string): void;
  onClose(): void;
}

interface Found {
  query: string;
  messages: Message[];
  hasMore: boolean;
}

const PAUSE_MS = 250;
const PAGE = 30;
const MOST = 200;

export function SearchPanel({ room, onGo, onClose }: Props) {
  const [query, setQuery] = useState("");
  const [limit, setLimit] = useState(PAGE);
  const { found, isSearching, problem } = useSearch(room, query.trim(), limit);
  return (
    <section
      className="search"
      role="search"
      aria-label="Search messages"
      onKeyDown={(event) => event.key === "Escape" && onClose()}
    >
      <div className="search-row">
        <Icon name="search" />
        <input
          type="text"
          inputMode="search"
          className="search-input"
          aria-label="Search for"
          placeholder="Search messages"
          value={query}
          maxLength={200}
          autoFocus
          onChange={(event) => {
            setQuery(event.target.value);
            setLimit(PAGE);
          }}
        />
        {isSearching && <span className="spinner" aria-hidden="true" />}
        <button
          type="button"
          className="icon-button is-small"
          aria-label="Close search"
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
      </div>
      <p className="search-about" role="status">
        {problem ?? aboutWords(found)}
      </p>
      {found && (
        <ul className="search-results" aria-label="Found messages">
          {found.messages.map((message) => (
            <li key={message.id}>
              <button type="button" className="search-result" onClick={() => onGo(message.id)}>
                <span className="search-result-head">
                  <strong>{message.username}</strong>
                  <small>{ago(message.timestamp)}</small>
                </span>
                <MarkedText text={excerpt(message.message, found.query)} query={found.query} />
              </button>
            </li>
          ))}
        </ul>
      )}
      {found?.hasMore && limit < MOST && (
        <button type="button" className="button is-small" onClick={() => setLimit(MOST)}>
          Show more
        </button>
      )}
    </section>
  );
}

function MarkedText({ text, query }: { text: string; query: string }) {
  return (
    <span className="search-result-text" dir="auto">
      {markedParts(text, query).map((part, at) =>
        part.isHit ? <mark key={at}>{part.text}</mark> : part.text,
      )}
    </span>
  );
}

function aboutWords(found: Found | null): string {
  if (!found) return "Finds messages that hold all the words.";
  const { length } = found.messages;
  if (length === 0) return "Nothing found.";
  const many = found.hasMore ? `${length} or more` : `${length}`;
  return `${many} ${length === 1 ? "message" : "messages"}, newest first`;
}

// Asks after a short pause in typing; only the answer to the last question counts.
function useSearch(room: Room, query: string, limit: number) {
  const [found, setFound] = useState<Found | null>(null);
  const [isSearching, setSearching] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    let isWanted = true;
    setProblem(null);
    if (!query) {
      setFound(null);
      setSearching(false);
      return;
    }
    setSearching(true);
    const timer = setTimeout(async () => {
      try {
        const result = await room.search(query, limit);
        if (isWanted) setFound({ query, ...result });
      } catch (error) {
        if (isWanted) setProblem(sentenceOf(error));
      }
      if (isWanted) setSearching(false);
    }, PAUSE_MS);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [room, query, limit]);
  return { found, isSearching, problem };
}
