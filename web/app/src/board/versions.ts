// Which version of an element is the newer one, and what is to be drawn on the board of a scene that
// changed. Pure: neither Excalidraw nor the client library stands behind it.
//
// The rule is the contract's, and Excalidraw's: the higher version wins, on a tie the lower nonce.

/** What tells two versions of one element apart. */
export interface Versioned {
  readonly id: string;
  readonly version: number;
  readonly versionNonce?: number;
}

interface Stamp {
  version: number;
  versionNonce: number;
}

/** Whether `a` replaces `b`. Equal ones don't replace each other. */
export function replaces(a: Omit<Versioned, "id">, b: Omit<Versioned, "id">): boolean {
  if (a.version !== b.version) return a.version > b.version;
  return (a.versionNonce ?? 0) < (b.versionNonce ?? 0);
}

/**
 * The newest version of each element that went from the board to the scene or back. It remembers
 * two numbers per element, never the element: Excalidraw changes its elements in place, so a kept
 * one would always look like itself.
 */
export class Ledger {
  #stamps = new Map<string, Stamp>();

  /** Takes note of an element that came or went, unless a newer one did before. */
  note(element: Versioned): void {
    const stamp = this.#stamps.get(element.id);
    const { version, versionNonce = 0 } = element;
    if (!stamp) this.#stamps.set(element.id, { version, versionNonce });
    else if (replaces(element, stamp)) Object.assign(stamp, { version, versionNonce });
  }

  knows(id: string): boolean {
    return this.#stamps.has(id);
  }

  /** Whether the board does not have this version yet, nor a newer one. */
  isNews(element: Versioned): boolean {
    const stamp = this.#stamps.get(element.id);
    return !stamp || replaces(element, stamp);
  }

  /** Whether the board has a newer version than this one. */
  isOutdated(element: Versioned): boolean {
    const stamp = this.#stamps.get(element.id);
    return stamp !== undefined && replaces(stamp, element);
  }

  /**
   * Those elements of the scene that the board must be told about, and notes them as told.
   * `isWorthTelling` says no to what nobody could see yet; that comes when it has grown.
   */
  takeNews<E extends Versioned>(scene: readonly E[], isWorthTelling: (element: E) => boolean): E[] {
    const news: E[] = [];
    for (const element of scene) {
      if (!this.isNews(element) || !isWorthTelling(element)) continue;
      this.note(element);
      news.push(element);
    }
    return news;
  }
}
