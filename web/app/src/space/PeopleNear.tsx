// Everybody in the space, the nearest first, with where they stand in words: the map for those who
// don't see it. Ghosts are told apart.
import { Avatar } from "../parts/Avatar";
import { whereIs } from "./near";
import { useMeetings } from "./useMeetings";
import type { Nearby } from "./useNearby";

/** Whoever is further down the list is far away anyway. */
const MOST = 50;

export function PeopleNear({ nearby, isShown }: { nearby: Nearby; isShown: boolean }) {
  const { me, users } = nearby;
  const told = useMeetings(nearby);
  return (
    <section className="space-people" aria-label="People" hidden={!isShown}>
      {users.length === 0 ? (
        <p className="space-nobody">Nobody else is here yet. Send somebody the link.</p>
      ) : (
        <ul>
          {users.slice(0, MOST).map((user) => (
            <li key={user.userId}>
              <Avatar userId={user.userId} username={user.username} isAway={user.status === "away"} />
              <div>
                <strong>{user.username}</strong>
                <small>{wordsFor(user.status, me && whereIs(user, me))}</small>
              </div>
            </li>
          ))}
        </ul>
      )}
      {users.length > MOST && <p className="space-nobody">and {users.length - MOST} further away</p>}
      <p className="unseen" aria-live="polite">
        {told}
      </p>
    </section>
  );
}

function wordsFor(status: string, where: string | null): string {
  if (status === "away") return "lost the connection, may be back soon";
  return [status === "busy" && "busy", where].filter(Boolean).join(", ");
}
