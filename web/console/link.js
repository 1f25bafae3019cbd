// Whether the server answers. Requests tell; the banner and whatever asks again and again listen:
// `lost` when it went away, `back` when it answers again, `waiting` when the next try has a time.
class Link extends EventTarget {
  isAway = false;
  /** A sentence, while it is away. */
  why = '';
  /** ms since 1970; 0: a try is under way. */
  nextTry = 0;

  answered() {
    this.nextTry = 0;
    if (!this.isAway) return;
    this.isAway = false;
    this.dispatchEvent(new Event('back'));
  }

  lost(why) {
    this.why = why;
    const isNew = !this.isAway;
    this.isAway = true;
    if (isNew) this.dispatchEvent(new Event('lost'));
  }

  waitsUntil(at) {
    this.nextTry = at;
    this.dispatchEvent(new Event('waiting'));
  }
}

export const link = new Link();
