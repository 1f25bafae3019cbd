// What happens around us, as short sentences for screen readers: who came beside us, who came, who
// left. One sentence at a time; in a crowd only meetings are told.
import { useEffect, useRef, useState } from "react";
import { encounters } from "./near";
import type { Nearby } from "./useNearby";

const CROWD = 20;

export function useMeetings({ me, users }: Nearby): string {
  const [told, setTold] = useState("");
  const beside = useRef<ReadonlySet<string>>(new Set());
  const known = useRef<ReadonlyMap<string, string> | null>(null);

  useEffect(() => {
    if (!me) return;
    const { beside: now, met } = encounters(beside.current, users, me);
    const names = new Map(users.map((user) => [user.userId, user.username]));
    const before = known.current;
    beside.current = now;
    known.current = names;
    if (!before) return;
    const sentences = met.length > 0 ? [`${listed(met)} ${met.length > 1 ? "are" : "is"} near you.`] : [];
    if (names.size <= CROWD) sentences.push(...comings(before, names));
    if (sentences.length > 0) setTold(sentences.join(" "));
  }, [me, users]);
  return told;
}

function comings(before: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): string[] {
  const came = [...now].filter(([id]) => !before.has(id)).map(([, name]) => name);
  const left = [...before].filter(([id]) => !now.has(id)).map(([, name]) => name);
  return [
    ...(came.length > 0 ? [`${listed(came)} came.`] : []),
    ...(left.length > 0 ? [`${listed(left)} left.`] : []),
  ];
}

function listed(names: readonly string[]): string {
  if (names.length > 4) return `${names.length} people`;
  return names.join(names.length === 2 ? " and " : ", ");
}
