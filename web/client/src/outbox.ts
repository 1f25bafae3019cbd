// Own messages on their way: in order, none lost, none posted twice, whatever happens to the
// connection. A message is kept here until the store has confirmed it, and sent anew on every new
// connection; its clientMessageId lets the server know one that it has.
//
// One at a time is on its way until the room has it (our own `chat:message` event tells), so that
// nothing overtakes: not when the server says "too much", not over a reconnect. Waiting for the
// store's word holds nobody up. What cannot be posted is set aside as failed, with a sentence.
//
// Bounded: MOST_WAITING messages that the room does not have; then `add` refuses. Of those that only
// wait for the store, the oldest are given up as sent.
import type { Delivery, Message } from "./contract.js";
import type { Answer } from "./connection.js";
import { AtriumError, isLost, isPassing, sentenceFor } from "./sentences.js";

export const MOST_WAITING = 200;
const MOST_UNCONFIRMED = 200;
/** For what passes, but the server does not say when. */
const PAUSE_MS = 1_000;
/** The store did not confirm: until it is asked again. */
const CONFIRM_MS = 15_000;
const MOST_TRIES = 10;

export interface Sending {
  readonly text: string;
  readonly replyTo?: string;
  readonly type?: "image" | "file";
  readonly metadata?: object;
}

interface Waiting {
  readonly clientMessageId: string;
  readonly fields: object;
  /** As it is shown as long as the room does not have it. */
  shown: Message;
  delivery: Delivery;
  isAsked: boolean;
  /** The room has it. */
  isPosted: boolean;
  tries: number;
  pause?: ReturnType<typeof setTimeout>;
}

/** The room that the messages go to. */
export interface Posting {
  readonly isLive: boolean;
  post(fields: object, done: (answer: Answer) => void): void;
  /** The room has it as `posted`; how far it is. */
  delivered(posted: Message | undefined, clientMessageId: string, delivery: Delivery,
    failure?: string): void;
  /** What is shown of those that wait has changed. */
  changed(): void;
}

export class Outbox {
  #to: Posting;
  #waiting: Waiting[] = [];
  #pause: ReturnType<typeof setTimeout> | undefined;

  constructor(to: Posting) {
    this.#to = to;
  }

  /** Those that the room does not have, in order. */
  get unposted(): Message[] {
    return this.#waiting.filter((w) => !w.isPosted).map((w) => w.shown);
  }

  /** Throws an AtriumError when there is no more room for it. */
  add(what: Sending, shown: Message): void {
    if (this.#waiting.filter((w) => !w.isPosted).length >= MOST_WAITING)
      throw new AtriumError("queue_full",
        `${MOST_WAITING} messages wait to be sent already. Wait until the connection is back.`);
    const clientMessageId = shown.id;
    const fields = { message: what.text, clientMessageId, durable: true,
      ...(what.replyTo && { replyTo: what.replyTo }),
      ...(what.type && { messageType: what.type }),
      ...(what.metadata && { metadata: what.metadata }) };
    this.#waiting.push({ clientMessageId, fields, shown, delivery: "sending", isAsked: false,
      isPosted: false, tries: 0 });
    this.#to.changed();
    this.pump();
  }

  /** A failed one goes to the end of the queue; one that only lacks the store's word asks for it. */
  retry(clientMessageId: string): void {
    const w = this.#find(clientMessageId);
    if (!w || w.isAsked || w.delivery !== "failed") return;
    clearTimeout(w.pause);
    w.tries = 0;
    if (!w.isPosted) {
      this.#waiting = [...this.#waiting.filter((other) => other !== w), w];
      this.#show(w, "sending");
    } else {
      w.delivery = "sent";
      this.#to.delivered(undefined, clientMessageId, "sent");
    }
    this.pump();
  }

  /** Not sent any more; without effect on what is on the wire or in the room already. */
  discard(clientMessageId: string): void {
    const w = this.#find(clientMessageId);
    if (!w || w.isAsked || w.isPosted) return;
    this.#remove(w);
    this.#to.changed();
    this.pump();
  }

  /** The room told of an own message. How far it is; undefined if it is none of these. */
  posted(clientMessageId: string): Delivery | undefined {
    const w = this.#find(clientMessageId);
    if (!w) return undefined;
    w.isPosted = true;
    if (w.delivery !== "failed") w.delivery = "sent";
    this.#forgetOldest();
    this.pump();
    return w.delivery;
  }

  /** What we know of the room was replaced: what is not in it is sent again, and shown till then. */
  reconcile(isThere: (clientMessageId: string) => boolean): void {
    for (const w of this.#waiting) {
      const wasPosted = w.isPosted;
      w.isPosted = isThere(w.clientMessageId);
      if (wasPosted && !w.isPosted) this.#show(w, "sending");
    }
  }

  /** Sends what is due. Called whenever something may be due. */
  pump(): void {
    if (!this.#to.isLive || this.#pause !== undefined) return;
    for (const w of [...this.#waiting]) {
      if (w.delivery === "failed") continue;
      if (!w.isAsked) this.#post(w);
      if (!w.isPosted) return;
    }
  }

  /** No more of it: those that wait have failed. */
  end(reason: string): void {
    clearTimeout(this.#pause);
    for (const w of this.#waiting) {
      clearTimeout(w.pause);
      if (!w.isPosted) this.#show(w, "failed", reason);
    }
  }

  #post(w: Waiting): void {
    w.isAsked = true;
    this.#to.post(w.fields, (answer) => {
      w.isAsked = false;
      if (!this.#waiting.includes(w)) return;
      if (answer instanceof AtriumError) this.#failed(w, answer);
      else this.#persisted(w, answer.message as Message);
      this.pump();
    });
  }

  #persisted(w: Waiting, posted: Message): void {
    this.#remove(w);
    this.#to.delivered(posted, w.clientMessageId, "persisted");
  }

  #failed(w: Waiting, { code, message, retryAfterMs }: AtriumError): void {
    if (isLost(code)) return;
    if (code === "not_persisted") return this.#unconfirmed(w);
    const isOurs = code === "store_unavailable" || code === "internal";
    if (isPassing(code) && !(isOurs && ++w.tries >= MOST_TRIES)) {
      this.#pause ??= setTimeout(() => {
        this.#pause = undefined;
        this.pump();
      }, retryAfterMs ?? PAUSE_MS);
      return;
    }
    this.#show(w, "failed", sentenceFor(code, message));
  }

  /** Everybody sees it, but it is not stored: that is told, and asked about again for some time. */
  #unconfirmed(w: Waiting): void {
    w.isPosted = true;
    w.delivery = "failed";
    this.#to.delivered(undefined, w.clientMessageId, "failed", sentenceFor("not_persisted"));
    if (++w.tries >= MOST_TRIES) return;
    w.pause = setTimeout(() => {
      w.delivery = "sent";
      this.pump();
    }, CONFIRM_MS);
  }

  #show(w: Waiting, delivery: Delivery, failure?: string): void {
    w.delivery = delivery;
    const { failure: _old, ...shown } = w.shown;
    w.shown = { ...shown, delivery, ...(failure === undefined ? {} : { failure }) };
    this.#to.changed();
  }

  #find(clientMessageId: string): Waiting | undefined {
    return this.#waiting.find((w) => w.clientMessageId === clientMessageId);
  }

  #remove(w: Waiting): void {
    clearTimeout(w.pause);
    this.#waiting = this.#waiting.filter((other) => other !== w);
  }

  #forgetOldest(): void {
    const posted = this.#waiting.filter((w) => w.isPosted);
    if (posted.length > MOST_UNCONFIRMED) this.#remove(posted[0]!);
  }
}
