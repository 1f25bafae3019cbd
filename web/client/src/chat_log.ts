// The messages of a room, oldest first. What comes twice is there once: the id decides. Deleted
// messages stay as tombstones without a text. Live messages never make the log longer than
// LONGEST_LOG (the oldest go, and can be loaded again); only loading older ones does. Pure.
import type { Delivery, LiveMessage, Message } from "./contract.js";

export const LONGEST_LOG = 5_000;

/** A live event as the message that it is. */
export function messageOf(live: LiveMessage): Message {
  // What is taken out here is the event's, not the message's.
  const { messageType, type: _type, resync: _resync, ...rest } =
    live as LiveMessage & { type?: string };
  return { ...rest, type: messageType };
}

export class ChatLog {
  #messages: Message[] = [];

  get messages(): readonly Message[] {
    return this.#messages;
  }

  get oldest(): Message | undefined {
    return this.#messages[0];
  }

  find(id: string): Message | undefined {
    const at = this.#lowerBound(id);
    return this.#messages[at]?.id === id ? this.#messages[at] : undefined;
  }

  /** The own message that was sent as this one. */
  findSent(clientMessageId: string, userId: string): Message | undefined {
    for (let at = this.#messages.length - 1; at >= 0; --at) {
      const m = this.#messages[at]!;
      if (m.clientMessageId === clientMessageId && m.userId === userId) return m;
    }
    return undefined;
  }

  /** Newer ones. How many of the oldest had to go. */
  put(messages: readonly Message[]): number {
    const most = Math.max(this.#messages.length, LONGEST_LOG);
    for (const m of messages) this.#insert(m);
    const tooMany = Math.max(this.#messages.length - most, 0);
    this.#messages.splice(0, tooMany);
    return tooMany;
  }

  /** A page of older ones. */
  putOlder(messages: readonly Message[]): void {
    const isOlder = !this.oldest || messages.every((m) => m.id < this.oldest!.id);
    if (isOlder) this.#messages.unshift(...messages);
    else for (const m of messages) this.#insert(m);
  }

  /** These are all that we know, but for how far own ones got. */
  replace(messages: readonly Message[]): void {
    const before = new Map(this.#messages.map((m) => [m.id, m]));
    this.#messages = [];
    for (const m of messages) {
      this.#insert(m);
      const { delivery, failure } = before.get(m.id) ?? {};
      if (delivery) this.deliver(m.id, delivery, failure);
    }
  }

  edit(id: string, message: string, editedAt: number): void {
    this.#change(id, (m) => (m.deletedAt ? m : { ...m, message, editedAt }));
  }

  delete(id: string, deletedAt: number): void {
    this.#change(id, ({ metadata: _metadata, ...m }) => ({ ...m, message: "", deletedAt }));
  }

  deliver(id: string, delivery: Delivery, failure?: string): void {
    this.#change(id, ({ failure: _failure, ...m }) =>
      ({ ...m, delivery, ...(failure === undefined ? {} : { failure }) }));
  }

  #change(id: string, change: (m: Message) => Message): void {
    const at = this.#lowerBound(id);
    const m = this.#messages[at];
    if (m?.id === id) this.#messages[at] = change(m);
  }

  /** A message that is there stays as it is but for what changed since: delivery is only known here. */
  #insert(m: Message): void {
    const at = this.#lowerBound(m.id);
    const known = this.#messages[at];
    if (known?.id !== m.id) this.#messages.splice(at, 0, m);
    else if ((m.editedAt ?? 0) > (known.editedAt ?? 0) || (m.deletedAt && !known.deletedAt))
      this.#messages[at] = known.delivery ? { ...m, delivery: known.delivery } : m;
  }

  /** Nearly always the end. */
  #lowerBound(id: string): number {
    let high = this.#messages.length;
    if (high === 0 || this.#messages[high - 1]!.id < id) return high;
    let low = 0;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#messages[middle]!.id < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
