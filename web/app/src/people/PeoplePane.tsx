// Everybody who is in the room, ghosts too, and how one shows oneself.
import type { Room } from "@atrium/client";
import { useMemo, useState } from "react";
import { useWatched } from "../hooks/useWatched";
import { inOrder } from "./order";
import { OwnStatus } from "./OwnStatus";
import { PersonRow } from "./PersonRow";
import "./people.css";

interface Props {
  room: Room;
  me: { readonly userId: string };
  isShown: boolean;
}

const AT_ONCE = 100;

export function PeoplePane({ room, me, isShown }: Props) {
  const participants = useWatched(room.participants);
  const count = useWatched(room.count);
  const [shown, setShown] = useState(AT_ONCE);
  const people = useMemo(() => inOrder(participants, me.userId), [participants, me.userId]);
  return (
    <section className="people" aria-label="People" hidden={!isShown}>
      <OwnStatus room={room} own={participants.find((person) => person.userId === me.userId)} />
      <h2>
        Here now <span className="quiet">{count}</span>
      </h2>
      <ul className="people-list" aria-label="Participants">
        {people.slice(0, shown).map((person) => (
          <PersonRow key={person.userId} person={person} isMe={person.userId === me.userId} />
        ))}
      </ul>
      {people.length > shown && (
        <button
          type="button"
          className="button is-small"
          onClick={() => setShown(shown + AT_ONCE * 4)}
        >
          Show more of {people.length}
        </button>
      )}
    </section>
  );
}
