// The first few who are here, as faces; pressing them shows everybody.
import type { Room } from "@atrium/client";
import { useWatched } from "../hooks/useWatched";
import { Avatar } from "../parts/Avatar";
import { isGhost } from "./order";

const MOST_FACES = 4;

export function FacePile({ room, onPress }: { room: Room; onPress(): void }) {
  const participants = useWatched(room.participants);
  const count = useWatched(room.count);
  const faces = participants.filter((person) => !isGhost(person)).slice(0, MOST_FACES);
  const more = count - faces.length;
  const label =
    count === 1 ? "One person is here. Show people" : `${count} people are here. Show people`;
  return (
    <button type="button" className="face-pile" aria-label={label} title="People" onClick={onPress}>
      {faces.map((person) => (
        <Avatar
          key={person.userId}
          userId={person.userId}
          username={person.username}
          size="small"
        />
      ))}
      {more > 0 && <span className="face-pile-more">+{more}</span>}
    </button>
  );
}
