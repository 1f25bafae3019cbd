// People in front of the web app: each has a browser profile of its own, types, draws with the mouse
// and reads what the page shows. What Excalidraw shows is read from its own scene, because a canvas
// can't be read: the component is found from its element, through React's own back-link.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { PROGRAM } from './atriumd.mjs';
import { Chromium, Profile } from './browser.mjs';
import { Stage } from './stage.mjs';
import { eventually } from './waiting.mjs';

export { DESKTOP, PHONE } from './browser.mjs';

/** Where the pages are: what ATRIUM_APP names, or beside the server. */
const PAGES = process.env.ATRIUM_APP || join(dirname(PROGRAM), 'web', 'app');
const IS_BUILT = existsSync(join(PAGES, 'index.html'));
if (process.env.ATRIUM_APP) assert.ok(IS_BUILT, `there is no web app in ${PAGES}`);

/** Options of `describe`: nothing is tested where the pages were not built. */
export const WITH_APP = { timeout: 300_000, skip: !IS_BUILT && 'the web app was not built' };

/** The longest that a page may take for anything; Chromium paints by software here. */
export const PAGE_PATIENCE_MS = 60_000;

/** What Chromium itself says when the server, or the line to it, is gone. */
export const LOST = [/WebSocket connection to .* failed/, /Failed to load resource: net::ERR_/];
/** … and about answers with such a status. */
export const status = (code) => new RegExp(`Failed to load resource: .* status of ${code}`);

/** One server with the pages, and one browser. */
export class AppStage extends Stage {
  chromium = new Chromium();

  constructor(settings = {}, options = {}) {
    super({ SERVER_PAGES: PAGES, ...settings }, options);
  }

  async open() {
    await super.open();
    await this.chromium.open();
  }

  async close() {
    try {
      await this.clear();
    } finally {
      await this.chromium.close();
      await super.close();
    }
  }

  /** Somebody with a browser. `name: null` has never been here and has no name yet. */
  visitor(name, { url = this.server.url, ...options } = {}) {
    return this.with(new Visitor(this.chromium, url, name, options));
  }

  /** Several, in the room, their boards loaded. */
  visitorsIn(room, names, options = {}) {
    return Promise.all(names.map(async (name, place) => {
      const visitor = await this.visitor(name, options);
      visitor.place = place;
      await visitor.enter(room);
      await visitor.boardIsThere();
      return visitor;
    }));
  }

  /** The visible elements of a room's board, as the server has them. */
  async board(room) {
    const { whiteboard } = await this.server.get(`/api/rooms/${room.id}/whiteboard`);
    return whiteboard.elements.filter((element) => !element.isDeleted).map(described);
  }

  /**
   * All pages show the same chat and the same board, and the server has it: so many elements, and
   * exactly these texts, each once.
   */
  async agree(room, visitors, { texts, elements }) {
    await eventually(async () => {
      const stored = await this.server.allMessages(room);
      assert.deepEqual(stored.map((m) => m.message).sort(), [...texts].sort(), 'chat of the server');
      const board = await this.board(room);
      assert.equal(board.length, elements, 'elements on the board of the server');
      const chat = stored.map(({ id, message }) => ({ id, text: message }));
      for (const visitor of visitors) {
        assert.deepEqual(await visitor.messages(), chat, `chat of ${visitor.name}`);
        assert.deepEqual(await visitor.scene(), board, `board of ${visitor.name}`);
      }
      return true;
    }, 'all to agree', PAGE_PATIENCE_MS, 100);
  }
}

/** What of an element everybody must have alike. */
function described({ id, type, version, versionNonce, x, y, width, height, points, text }) {
  return { id, type, version, versionNonce, x, y, width, height,
    ...(points && { points }), ...(text && { text }) };
}

export class Visitor extends Profile {
  /** Texts that were sent, and how many elements were drawn. */
  said = [];
  drawn = 0;
  /** Which part of the board is for this one's scribbles. */
  place = 0;

  constructor(chromium, url, name, options) {
    super(chromium, url, { patienceMs: PAGE_PATIENCE_MS, ...options });
    this.name = name;
    this.userId = `u-${String(name).toLowerCase().replace(/[^a-z0-9]/g, '').slice(0, 40) || 'x'}`;
  }

  async open() {
    await super.open();
    if (this.name === null) return;
    await this.context.addInitScript(([userId, username]) => {
      const key = 'atrium.identity';
      if (localStorage.getItem(key) === null)
        localStorage.setItem(key, JSON.stringify({ userId, username }));
    }, [this.userId, this.name]);
  }

  /** The list of rooms. */
  async goHome() {
    await this.page.goto(`${this.url}/`);
    await this.heading('Talk and draw, together.');
  }

  /** The address of a room, or of a space, without waiting for what it shows. */
  async goTo({ id, kind }) {
    await this.page.goto(`${this.url}/#/${kind === 'space' ? 'space' : 'room'}/${id}`);
  }

  /** Into a room or a space. */
  async enter(room) {
    await this.goTo(room);
    await this.heading(room.name);
    await this.connectionIs('Connected');
  }

  /** What screen readers are told about the connection. */
  async connectionIs(word) {
    await this.page.getByRole('status', { name: 'Connection' }).filter({ hasText: word })
      .waitFor({ state: 'attached' });
  }

  /** Presses "Try now", unless it came back by itself meanwhile. */
  async tryNow() {
    await this.page.evaluate(() => document.querySelector('.connection-banner button')?.click());
    await this.connectionIs('Connected');
  }

  // Chat

  get composer() {
    return this.page.getByRole('textbox', { name: 'Message', exact: true });
  }

  async say(text) {
    await this.composer.fill(text);
    await this.composer.press('Enter');
    this.said.push(text);
  }

  /** What the chat shows: {id, text}, from top to bottom. */
  messages() {
    return this.page.evaluate(() => [...document.querySelectorAll('.messages .message')].map((row) => (
      { id: row.dataset.id, text: row.querySelector('.message-text')?.textContent ?? '' })));
  }

  /** The message that says this, once it is shown. */
  message(text) {
    return this.page.getByRole('article').filter({ hasText: text });
  }

  async reads(text) {
    await this.message(text).first().waitFor();
  }

  // Board

  async boardIsThere() {
    await this.page.locator('.excalidraw canvas.interactive').waitFor();
    await this.page.getByTestId('toolbar-freedraw').waitFor({ state: 'attached' });
  }

  /** What the board shows, in drawing order. */
  async scene() {
    return (await this.#excalidraw()).elements.map(described);
  }

  /** Names at the pointers of the others. */
  async cursors() {
    return (await this.#excalidraw()).cursors;
  }

  async #excalidraw() {
    const shown = await this.page.evaluate(() => {
      const board = document.querySelector('.excalidraw');
      const link = Object.keys(board ?? {}).find((key) => key.startsWith('__reactFiber$'));
      let fiber = board?.[link];
      while (fiber && !fiber.stateNode?.scene) fiber = fiber.return;
      if (!fiber) return null;
      const { scene, state } = fiber.stateNode;
      return {
        elements: JSON.parse(JSON.stringify(scene.getNonDeletedElements())),
        cursors: [...state.collaborators.values()].map(({ username }) => username),
      };
    });
    assert.ok(shown, `${this.name}'s page shows a board`);
    return shown;
  }

  async pick(tool) {
    await this.page.locator(`label:has([data-testid="toolbar-${tool}"])`).click();
  }

  /** Presses the mouse at the first place of the board, goes to the others, and lets go. */
  async drag(places, steps = 4) {
    const { mouse } = this.page;
    const box = await this.page.locator('.excalidraw canvas.interactive').boundingBox();
    const [first, ...others] = places.map(([x, y]) => [box.x + x, box.y + y]);
    await mouse.move(...first);
    await mouse.down();
    for (const place of others) await mouse.move(...place, { steps });
    await mouse.up();
  }

  /** A zigzag of the pencil, beside Excalidraw's own panels: there is place for 72. */
  async scribble(n) {
    const x = 260 + (n % 8) * 60;
    const y = 100 + Math.floor(n / 8) * 55;
    await this.drag([[x, y], [x + 30, y + 30], [x + 45, y + 5]]);
    this.drawn += 1;
  }

  /** A rectangle, with its tool. */
  async rectangle(x, y, width, height) {
    await this.pick('rectangle');
    await this.drag([[x, y], [x + width, y + height]]);
    this.drawn += 1;
  }

  /** Says and scribbles so many times; `first` numbers what it says and where it draws. */
  async sayAndScribble(times, first = 0) {
    for (let i = first; i < first + times; ++i) {
      await this.say(`${this.name} says ${i}`);
      await this.scribble(this.place * 12 + i);
    }
  }
}

/** What all of them have said and drawn. */
export function together(visitors) {
  return {
    texts: visitors.flatMap((visitor) => visitor.said),
    elements: visitors.reduce((sum, visitor) => sum + visitor.drawn, 0),
  };
}
