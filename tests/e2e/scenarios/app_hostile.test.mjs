// What hostile people write into every field that the web app shows is text there, and never more: no
// script of theirs runs, nothing of theirs is fetched, no link of theirs leads into a script.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { AppStage, WITH_APP } from '../support/app.mjs';
import { eventually } from '../support/waiting.mjs';

/** Each leaves a mark in the page where it is taken for more than text. */
const MARK = 'globalThis.hit=1';
const EVIL = [
  `<script>${MARK}</script>`,
  `<img src=x onerror=${MARK}>`,
  `"><svg onload=${MARK}>`,
  `javascript:${MARK}`,
];
const REAL_LINK = 'https://example.com/a?b="onmouseover=1';

const shape = (id, type, fields) => ({
  id, type, version: 1, versionNonce: 1, x: 300, y: 200, width: 120, height: 60, angle: 0,
  isDeleted: false, opacity: 100, strokeColor: '#1e1e1e', backgroundColor: '#ffec99',
  fillStyle: 'solid', strokeWidth: 2, strokeStyle: 'solid', roughness: 1, seed: 1, groupIds: [],
  frameId: null, roundness: null, boundElements: null, updated: 1, link: null, locked: false,
  ...fields,
});

const text = (id, words, fields) => shape(id, 'text', {
  text: words, originalText: words, fontSize: 20, fontFamily: 5, textAlign: 'left',
  verticalAlign: 'top', lineHeight: 1.25, containerId: null, ...fields,
});

/** Drawings that a page must take without running, fetching or breaking anything. */
const drawings = (evil) => [
  text('t', evil),
  shape('link', 'rectangle', { link: `javascript:${MARK}`, y: 300 }),
  shape('web', 'embeddable', { link: 'https://example.com/', y: 400 }),
  shape('frame', 'iframe', { customData: { generationData: { status: 'done', html: evil } } }),
  shape('picture', 'image', { fileId: evil, status: 'saved', scale: [1, 1] }),
  shape('type', '__proto__', { y: 500 }),
  shape('colour', 'rectangle', { strokeColor: `url(https://example.com/#${evil})`, x: 500 }),
  shape('points', 'freedraw', { points: [['a', 1], null, 7], pressures: 'no', x: 500, y: 300 }),
  shape('broken', 'arrow', { points: 'none', startBinding: { elementId: evil }, x: null, y: {} }),
];

describe('hostile people in the web app', WITH_APP, () => {
  const stage = new AppStage();

  before(() => stage.open());
  after(() => stage.close());
  afterEach(() => stage.clear());

  /** Nothing of theirs is more than text. */
  async function isOnlyText(page) {
    const found = await page.evaluate(() => ({
      hit: globalThis.hit ?? 0,
      handlers: document.querySelectorAll('[onerror], [onload], [onmouseover]').length,
      foreign: [...document.querySelectorAll('script, iframe, object, embed, img')]
        .map((element) => element.src || element.data || '')
        .filter((address) => !address.startsWith(location.origin) && !address.startsWith('data:')),
      links: [...document.querySelectorAll('a[href]')].map(({ href, rel, target }) => ({
        isSafe: /^https?:$/.test(new URL(href).protocol) || href === 'about:blank',
        isOurs: href.startsWith(location.origin),
        isApart: target === '_blank' && rel.includes('noopener'),
      })).filter(({ isSafe, isOurs, isApart }) => !isSafe || (!isOurs && !isApart)),
    }));
    assert.deepEqual(found, { hit: 0, handlers: 0, foreign: [], links: [] });
  }

  /** Mallory, by a client of their own, in a room that they named. */
  async function letMalloryIn(evil, fields = {}) {
    const room = await stage.createRoom({ name: `${evil} room`, createdBy: evil, ...fields });
    const mallory = stage.nativeClient('Mallory');
    mallory.identity = { userId: `${evil} id`.slice(0, 64), username: `${evil} name`.slice(0, 64) };
    return { room, mallory, name: mallory.identity.username };
  }

  const attachment = (fields) => ({
    metadata: { url: 'https://example.com/x.png', size: 1, mimeType: 'image/png', ...fields },
  });

  for (const evil of EVIL) {
    it(`show as what they wrote: ${evil}`, async () => {
      const { room, mallory, name } = await letMalloryIn(evil);
      const joined = await mallory.join(room, { whiteboard: 'patch' });
      assert.ok(joined.success, JSON.stringify(joined));
      const first = await mallory.say(room, `${evil} said`);
      await mallory.say(room, `${evil} answered`, { replyTo: first.message.id });
      for (const type of ['image', 'file']) {
        const sent = await mallory.say(room, `${evil} ${type}`,
          { messageType: type, ...attachment({ name: `${evil} name of ${type}` }) });
        assert.ok(sent.success, JSON.stringify(sent));
      }
      const scripted = await mallory.say(room, 'look',
        { messageType: 'file', ...attachment({ name: 'x', url: `javascript:${MARK}` }) });
      assert.equal(scripted.code, 'bad_request');
      await mallory.say(room, REAL_LINK);
      await mallory.say(room, 'https://bank.example@example.com/ is none');
      await mallory.call('whiteboard-change', { roomId: room.id, elements: drawings(evil) });
      await mallory.call('presence:status', { roomId: room.id, status: 'busy', text: `${evil} does` });

      const ann = await stage.visitor('Ann');
      const shows = (words) => ann.page.getByText(words, { exact: true }).first().waitFor();
      await ann.goHome();
      await shows(room.name);
      await isOnlyText(ann.page);

      await ann.enter(room);
      await ann.boardIsThere();
      assert.equal(await ann.page.title().then((title) => title.includes(evil)), true);
      for (const words of [name, `${evil} said`, `${evil} image`, `${evil} name of image`,
        `${evil} name of file`]) await shows(words);
      await eventually(async () => (await ann.scene()).some((e) => e.text === evil), 'the drawing');
      const links = await ann.page.locator('.message-text a').evaluateAll((all) => all.map((a) => a.href));
      assert.deepEqual(links, ['https://example.com/a?b=']);

      mallory.tell('typing', { roomId: room.id, isTyping: true });
      mallory.tell('cursor', { roomId: room.id, x: 400, y: 400, button: evil, tool: evil });
      await shows(`${name} is writing…`);
      await eventually(async () => (await ann.cursors()).includes(name), 'the pointer');
      await isOnlyText(ann.page);

      await ann.page.mouse.click(360, 388);
      await ann.button(/people are here/).click();
      await shows(`Busy · ${evil} does`);
      await ann.button('Room menu').click();
      await ann.page.getByRole('menuitem', { name: 'Search messages' }).click();
      await ann.page.getByLabel('Search for').fill('said');
      await ann.page.getByRole('list', { name: 'Found messages' }).getByRole('button').first().waitFor();
      await isOnlyText(ann.page);

      await ann.goHome();
      await ann.page.getByRole('list', { name: 'Recent rooms' }).getByText(room.name).waitFor();
      await isOnlyText(ann.page);
    });
  }

  it('nor in a space, and nor in the address', async () => {
    const [evil] = EVIL;
    const { room, mallory, name } = await letMalloryIn(evil, { kind: 'space', width: 20, height: 12 });
    const { success } = await mallory.call('join-space', { spaceId: room.id, ...mallory.identity });
    assert.ok(success);
    const ann = await stage.visitor('Ann', { expected: [/status of 40[04]/] });
    await ann.enter(room);
    await ann.button(/^People/).click();
    await ann.page.getByText(name, { exact: true }).waitFor();
    await mallory.call('chat:message', { roomId: room.id, message: `${evil} in the air` });
    await ann.button(/^Chat/).click();
    await ann.page.getByText(`${evil} in the air`).waitFor();
    await isOnlyText(ann.page);

    for (const hash of ['#/room/%3Cimg%20src=x%20onerror=globalThis.hit=1%3E', '#/room/%E0%A4%A',
      '#/__proto__', '#/space/..%2F..%2Fhealth', '#//example.com', '#javascript:globalThis.hit=1']) {
      await ann.page.evaluate((to) => { location.hash = to; }, hash);
      await ann.page.getByRole('heading', { level: 1 }).first().waitFor();
      await isOnlyText(ann.page);
    }
  });
});
