// Who is in a room, as one client of the base words knows it: from the result of its `join` and the
// presence events since, never by asking. `faults` says what a client could not make sense of.
export class Roster {
  people = new Map();
  count = 0;
  faults = [];
  /** Every name that came or went after `mark`: ['+ann', '-bob']. */
  changes = [];

  /** Of `person`, who is about to join `room`. */
  constructor(person, room) {
    const { put } = person.inbox;
    person.inbox.put = (item) => {
      const { payload } = item;
      if (item.name === 'result' && payload.of === 'join' && payload.room?.id === room.id)
        this.#take('presence:update', payload);
      else if (payload?.roomId === room.id) this.#take(item.name, payload);
      put.call(person.inbox, item);
    };
  }

  mark() {
    this.changes = [];
  }

  /** [userId, status, connections, username], by userId. */
  get sorted() {
    return shown([...this.people.values()]);
  }

  #take(event, payload) {
    if (event === 'presence:update') this.#replace(payload.participants);
    else if (event === 'presence:delta') this.#change(payload);
    else return;
    this.count = payload.count;
  }

  #replace(participants) {
    const before = new Set(this.people.keys());
    this.people = new Map(participants.map((p) => [p.userId, p]));
    for (const user of this.people.keys()) if (!before.delete(user)) this.changes.push(`+${user}`);
    for (const user of before) this.changes.push(`-${user}`);
  }

  #change({ joined, left, changed }) {
    for (const p of joined) {
      if (!this.people.has(p.userId)) this.changes.push(`+${p.userId}`);
      this.people.set(p.userId, p);
    }
    for (const { userId } of left) if (this.people.delete(userId)) this.changes.push(`-${userId}`);
    for (const p of changed) {
      if (!this.people.has(p.userId)) this.faults.push(`${p.userId} changed and never came`);
      this.people.set(p.userId, p);
    }
  }
}

/** Participants as `Roster.sorted` shows them. */
export function shown(participants) {
  return participants.map((p) => [p.userId, p.status, p.connections, p.username])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** All participants of a room, page by page, as `person` is told when it asks. */
export async function pagedRoster(person, room) {
  const all = [];
  let cursor;
  do {
    const page = await person.call('presence:list', { roomId: room.id, cursor });
    all.push(...page.participants);
    ({ cursor } = page);
  } while (cursor);
  return all;
}
