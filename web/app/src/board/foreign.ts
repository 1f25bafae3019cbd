// Elements that came from others, made fit for this scene. Anybody may put any JSON on a board, so
// nothing is taken for granted: what Excalidraw can't show is left out, never thrown about.
//
// A version never gets newer here: an element that did on its way in would go out again as if
// somebody had drawn it.
import { isInvisiblySmallElement, restoreElements } from "@excalidraw/excalidraw";
import type { ExcalidrawElement, OrderedExcalidrawElement }
  from "@excalidraw/excalidraw/element/types";
import type { Element } from "@atrium/client";
import { isSound } from "./sound";

/** What a scene holds. */
export type Shape = OrderedExcalidrawElement;

/**
 * The element for the scene, a copy in any case; null if there is nothing to show. `mine` is the
 * scene's version of it.
 */
export function toShape(element: Element, mine: Shape | undefined): Shape | null {
  if (element.isDeleted) return mine ? entomb(element, mine) : null;
  // An iframe of Excalidraw's would show HTML that somebody wrote.
  if (element.type === "iframe" || isWithoutText(element)) return null;
  try {
    const [shape] = restoreElements([element as unknown as ExcalidrawElement], null);
    if (!shape || !isSound(shape)) return null;
    return Object.assign(shape, stampFor(element, mine));
  } catch {
    return null;
  }
}

/** Whether others could see anything of it. Pictures can't be shared: see BoardPane. */
export function isWorthTelling(shape: Shape, isOnBoard: boolean): boolean {
  if (isOnBoard) return true;
  return !shape.isDeleted && shape.type !== "image" && !isWithoutText(shape)
    && !isInvisiblySmallElement(shape);
}

/** Our version of a deleted element: its tombstone may have come with nothing but the numbers. */
function entomb(element: Element, mine: Shape): Shape {
  return { ...mine, ...stampFor(element, mine), isDeleted: true };
}

/**
 * Excalidraw sees by the nonce that an element has changed, and clearing a board only raises the
 * version: then the nonce just behind takes its place, which wins over nothing.
 */
function stampFor({ version, versionNonce = 0 }: Element, mine: Shape | undefined) {
  const looksSame = mine !== undefined && mine.versionNonce === versionNonce;
  return { version, versionNonce: looksSame ? versionNonce + 1 : versionNonce };
}

/** A text that somebody has just begun: Excalidraw would delete it, for everybody. */
function isWithoutText(element: { type?: unknown; text?: unknown; isDeleted?: boolean }): boolean {
  return element.type === "text" && !element.text && !element.isDeleted;
}
