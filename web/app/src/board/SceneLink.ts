// Ties Excalidraw's scene to the room's board.
//
// From the board: what others changed is collected and merged into the scene at most once per
// animation frame, without becoming part of the person's own undo history. An element that is being
// edited here waits until the editing ends; the next stroke here goes above the other version.
// From the scene: each version of an element that the board lacks is drawn there. Nothing that came
// from the board goes back to it.
// Keeping, sending again and healing is the board's business; this keeps two numbers per element.
import {
  CaptureUpdateAction, getCommonBounds, reconcileElements,
} from "@excalidraw/excalidraw";
import type { Board, Element } from "@atrium/client";
import type { AppState, ExcalidrawImperativeAPI } from "@excalidraw/excalidraw/types";
import { collaborators } from "./cursors";
import { isWorthTelling, toShape, type Shape } from "./foreign";
import { Ledger, type Versioned } from "./versions";

const CURSORS_EVERY_MS = 33;
const SILENCE_CHECK_MS = 2000;

type Remote = Parameters<typeof reconcileElements>[1];

export class SceneLink {
  readonly #board: Board;
  readonly #me: string;
  #api: ExcalidrawImperativeAPI | null = null;
  #ledger = new Ledger();
  #waiting = new Map<string, Element>();
  #isReady = false;
  #isReadOnly = false;
  #isClearing = false;
  #isShown = false;
  #sceneSize = 0;
  #frame = 0;
  #cursorsAt = 0;
  #areCursorsDue = false;
  #silence: ReturnType<typeof setInterval> | undefined;
  #ends: (() => void)[] = [];

  constructor(board: Board, me: string) {
    this.#board = board;
    this.#me = me;
  }

  /** Excalidraw's handle, before it is mounted. */
  attach = (api: ExcalidrawImperativeAPI): void => {
    this.#api = api;
  };

  /** While the room is read-only nothing is drawn. */
  setReadOnly(isReadOnly: boolean): void {
    this.#isReadOnly = isReadOnly;
  }

  /** Ends it; the board keeps what is on its way. */
  stop(): void {
    this.#ends.forEach((end) => end());
    this.#ends = [];
    cancelAnimationFrame(this.#frame);
    clearInterval(this.#silence);
    this.#frame = 0;
    this.#silence = undefined;
    this.#isReady = false;
    this.#api = null;
  }

  /** Whatever happened in Excalidraw; it says so after each of its renders. */
  onChange = (scene: readonly Shape[], state: AppState): void => {
    if (!this.#isReady) return this.#begin();
    // Excalidraw forgets only what never grew to be seen, or all when a file is opened in its place:
    // what the board has comes back then, beside what the file brought.
    if (scene.length < this.#sceneSize) this.#awaitBoard();
    this.#sceneSize = scene.length;
    this.#tell(scene);
    if (this.#waiting.size > 0 && !editedId(state)) this.#schedule();
  };

  /** The person's pointer, for the others. The board sends it at most 30 times a second. */
  onPointerUpdate = ({ pointer, button }: {
    pointer: { x: number; y: number; tool: "pointer" | "laser" };
    button: "down" | "up";
  }): void => {
    this.#board.moveCursor(round(pointer.x), round(pointer.y), { button, tool: pointer.tool });
  };

  /** Removes everything for everybody; the person's next undo brings it back. */
  async clear(): Promise<void> {
    this.#isClearing = true;
    try {
      await this.#board.clear();
      this.#awaitBoard();
      this.#merge();
    } finally {
      this.#isClearing = false;
    }
  }

  #begin(): void {
    if (!this.#api) return;
    this.#isReady = true;
    this.#ends.push(
      this.#board.onRemote((changed) => this.#await(changed)),
      this.#board.cursors.subscribe(this.#cursorsMoved),
    );
    this.#awaitBoard();
    this.#cursorsMoved();
  }

  #awaitBoard(): void {
    this.#await(this.#board.elements.get());
  }

  #await(elements: readonly Element[]): void {
    // Scenes without ids are not Excalidraw's.
    for (const element of elements)
      if (typeof element.id === "string") this.#waiting.set(element.id, element);
    if (this.#waiting.size > 0) this.#schedule();
  }

  #cursorsMoved = (): void => {
    this.#areCursorsDue = true;
    this.#schedule();
  };

  #schedule(): void {
    if (this.#frame === 0 && this.#isReady) this.#frame = requestAnimationFrame(this.#onFrame);
  }

  #onFrame = (now: number): void => {
    this.#frame = 0;
    this.#merge();
    if (!this.#areCursorsDue) return;
    if (now - this.#cursorsAt < CURSORS_EVERY_MS) return this.#schedule();
    this.#cursorsAt = now;
    this.#areCursorsDue = false;
    this.#showCursors();
  };

  #merge(): void {
    const api = this.#api;
    if (!api || this.#waiting.size === 0) return;
    const scene = api.getSceneElementsIncludingDeleted() as readonly Shape[];
    // What was drawn here since the last render goes first, or it would be taken for the board's.
    this.#tell(scene);
    const shapes = this.#takeShapes(scene, editedId(api.getAppState()));
    if (shapes.length === 0) return;
    const stamps = shapes.map(({ id, version, versionNonce }) => ({ id, version, versionNonce }));
    const merged = reconcileElements(scene, shapes as unknown as Remote, api.getAppState());
    this.#sceneSize = merged.length;
    api.updateScene({
      elements: merged,
      captureUpdate: this.#isClearing ? CaptureUpdateAction.IMMEDIATELY : CaptureUpdateAction.NEVER,
    });
    takeBack(stamps, api.getSceneElementsIncludingDeleted() as readonly Shape[]);
    if (!this.#isShown) this.#lookAt(merged as readonly Shape[]);
  }

  /** What of the waiting elements the scene lacks. The one being edited goes on waiting. */
  #takeShapes(scene: readonly Shape[], edited: string | undefined): Shape[] {
    const mine = new Map(scene.map((shape) => [shape.id as string, shape]));
    const shapes: Shape[] = [];
    for (const [id, element] of this.#waiting) {
      const own = mine.get(id);
      this.#ledger.note(element);
      if (own && id === edited) {
        if (this.#ledger.isOutdated(own)) stepBehind(own, element);
        continue;
      }
      this.#waiting.delete(id);
      if (own && !this.#ledger.isOutdated(own)) continue;
      const shape = toShape(element, own);
      if (shape) shapes.push(shape);
    }
    return shapes;
  }

  #tell(scene: readonly Shape[]): void {
    if (this.#isReadOnly) return;
    const news = this.#ledger.takeNews(scene,
      (shape) => isWorthTelling(shape, this.#ledger.knows(shape.id)));
    if (news.length > 0) this.#board.draw(news as unknown as readonly Element[]);
  }

  /** Goes to what is on the board, once, so that nobody opens an empty corner of it. */
  #lookAt(scene: readonly Shape[]): void {
    const visible = scene.filter((shape) => !shape.isDeleted);
    if (visible.length === 0) return;
    this.#isShown = true;
    const [left, top, right, bottom] = getCommonBounds(visible);
    const { scrollX, scrollY, width, height, zoom } = this.#api!.getAppState();
    const fits = left + scrollX >= 0 && top + scrollY >= 0
      && right + scrollX <= width / zoom.value && bottom + scrollY <= height / zoom.value;
    if (!fits)
      this.#api!.scrollToContent(visible, { fitToViewport: true, viewportZoomFactor: 0.8, maxZoom: 1 });
  }

  #showCursors(): void {
    const shown = collaborators(this.#board.cursors.get(), this.#me, Date.now());
    this.#api?.updateScene({ collaborators: shown });
    if (shown.size > 0 && this.#silence === undefined) {
      this.#silence = setInterval(this.#cursorsMoved, SILENCE_CHECK_MS);
    } else if (shown.size === 0) {
      clearInterval(this.#silence);
      this.#silence = undefined;
    }
  }
}

/** The element that the person is just making, typing or resizing. */
function editedId(state: Readonly<AppState>): string | undefined {
  return (state.editingTextElement ?? state.resizingElement ?? state.newElement)?.id;
}

/** Gives ours the number just behind the other's: the next stroke goes above it, silence doesn't. */
function stepBehind(own: Shape, other: Element): void {
  Object.assign(own, { version: other.version, versionNonce: (other.versionNonce ?? 0) + 1 });
}

/**
 * Gives elements the numbers again that they came with. Excalidraw raises them when it finds an element
 * a place among the others, and then everybody who only looks at a board would write on it.
 */
function takeBack(stamps: readonly Versioned[], scene: readonly Shape[]): void {
  const shown = new Map(scene.map((shape) => [shape.id as string, shape]));
  for (const { id, version, versionNonce } of stamps) {
    const shape = shown.get(id);
    if (shape) Object.assign(shape, { version, versionNonce });
  }
}

function round(at: number): number {
  return Math.round(at * 10) / 10;
}
