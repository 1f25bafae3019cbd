// What users write is shown to operators as they wrote it, and is never more than text. And
// whatever is shown fits a phone.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { after, afterEach, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { Browser, PHONE } from '../support/console.mjs';
import { request } from '../support/http.mjs';
import { Stage } from '../support/stage.mjs';

const TOKEN = 'a-token-of-operators';
const SOURCES = fileURLToPath(new URL('../../../web/console', import.meta.url));

/** Each opens a dialog where it is taken for HTML; `n` tells them apart. */
const EVIL = [
  (n) => `<script>alert(${n})</script>`,
  (n) => `<img src=x onerror=alert(${n})>`,
  (n) => `"><svg onload=alert(${n})>`,
  (n) => `javascript:alert(${n})`,
];
const evil = (n) => EVIL[n % EVIL.length](n);

describe('hostile users', { timeout: 180_000 }, () => {
  const stage = new Stage({ ADMIN_TOKEN: TOKEN });
  const browser = new Browser();
  let console;

  before(async () => {
    await stage.open();
    await browser.open();
  });
  after(async () => {
    await browser.close();
    await stage.close();
  });
  afterEach(() => stage.clear());

  async function enterConsole(options = {}) {
    console = await stage.with(browser.console(stage.server.url, options));
    await console.enter(TOKEN, evil(20));
    return console.page;
  }

  /** Mallory wrote into every field that takes text. */
  async function letMalloryIn(n) {
    const room = await stage.createRoom({ name: `${evil(n)}x`, createdBy: evil(n + 1) });
    const mallory = stage.nativeClient('Mallory');
    mallory.identity = { userId: evil(n + 2).slice(0, 64), username: evil(n + 3).slice(0, 64) };
    const joined = await mallory.join(room);
    assert.ok(joined.success, JSON.stringify(joined));
    await mallory.call('presence:status', { roomId: room.id, status: 'busy', text: evil(n + 4) });
    await mallory.say(room, evil(n + 5));
    const picture = await mallory.say(room, 'see', {
      type: 'image', userImage: 'https://example.com/"onerror=alert(9)',
      metadata: { url: 'https://example.com/x', name: evil(n + 6), size: 1, mimeType: evil(n + 7) },
    });
    assert.ok(picture.success, JSON.stringify(picture));
    const drawn = await mallory.call('whiteboard-change', { roomId: room.id, elements: [
      { id: evil(n), version: 1, versionNonce: 1, type: 'text', x: 0, y: 0, text: evil(n + 8) },
      { id: 'b', version: 1, versionNonce: 1, type: evil(n + 9), x: 'x', y: null, width: {},
        height: 1e300 },
      { id: 'c', version: 1, versionNonce: 1, type: 'rectangle', x: 0, y: 0, width: 9, height: 9,
        strokeColor: 'url(https://example.com/#x)',
        backgroundColor: '"/><script>alert(1)</script>' },
      { id: 'd', version: 1, versionNonce: 1, type: 'arrow', x: 0, y: 0, points: [['a', 1], null, 7] },
      { id: 'e', version: 1, versionNonce: 1, type: '__proto__', x: 0, y: 0, points: 'no' },
      { id: 'f', version: 1, versionNonce: 1, type: 'constructor', x: 0, y: 0, opacity: 'all' },
    ] });
    assert.ok(drawn.success, JSON.stringify(drawn));
    return { room, mallory };
  }

  for (let n = 0; n < EVIL.length; ++n) {
    it(`show as what they wrote: ${evil(n)}`, async () => {
      const { room, mallory } = await letMalloryIn(n);
      const { userId, username } = mallory.identity;
      const page = await enterConsole();
      const shows = (text) => page.getByText(text, { exact: true }).first().waitFor();
      await console.go('#/rooms');
      await shows(room.name);
      await shows(room.createdBy);
      await console.go('#/connections');
      await shows(username);
      await shows(userId);
      await console.go('#/users');
      await shows(userId);
      await console.go(`#/user/${encodeURIComponent(userId)}`);
      await console.heading(userId);

      await console.go(`#/room/${room.id}`);
      await console.heading(room.name);
      for (const k of [4, 5]) await shows(evil(n + k));
      await page.getByText(JSON.stringify(evil(n + 6)).slice(1, -1)).first().waitFor();
      await page.getByRole('img', { name: 'Whiteboard with 6 elements' }).waitFor();
      assert.equal(await page.locator('[data-type=text] tspan').textContent(), evil(n + 8));
      assert.equal(await page.locator('[data-type=unknown]').count(), 3);
      await console.button('Watch').click();
      await page.locator('.tail-state').filter({ hasText: 'Live' }).waitFor();
      await mallory.say(room, `${evil(n)} live`);
      await page.locator('.tail li').filter({ hasText: `${evil(n)} live` }).locator('summary').click();
      await console.button('Kick').first().click();
      await console.answer({ Reason: evil(n + 10) });
      await mallory.next('kicked');
      await console.go('#/audit');
      await shows(evil(20));

      const found = await page.evaluate(() => document.querySelectorAll(
        'script:not([src="app.js"]), iframe, [onerror], [onload], [href^="javascript:" i]').length);
      assert.equal(found, 0);
    });
  }

  it('in the address lead nowhere', async () => {
    const page = await enterConsole({ expected: [/status of 404/] });
    for (const hash of ['#/room/%3Cimg%20src=x%20onerror=alert(1)%3E', '#/room/%E0%A4%A',
      '#/__proto__', '#/user/..%2F..%2Foverview', '#//evil.example', '#javascript:alert(1)',
      '#/room/', '#/toString/x']) {
      await console.go(hash);
      await page.getByRole('heading', { level: 1 }).waitFor();
    }
    await console.go('#/rooms');
    await console.heading('Rooms');
  });
});

describe('the console on a phone', { timeout: 180_000 }, () => {
  const stage = new Stage({ ADMIN_TOKEN: TOKEN });
  const browser = new Browser();
  before(async () => {
    await stage.open();
    await browser.open();
  });
  after(async () => {
    await browser.close();
    await stage.close();
  });
  afterEach(() => stage.clear());

  for (const colorScheme of ['light', 'dark']) {
    it(`is nowhere wider than its screen, ${colorScheme}`, async () => {
      const long = 'W'.repeat(90);
      const room = await stage.createRoom({
        name: long, createdBy: long, id: `${'M'.repeat(40)}-${colorScheme}`,
      });
      const ann = stage.nativeClient('Ann');
      ann.identity = { userId: 'u'.repeat(64), username: 'N'.repeat(64) };
      await ann.join(room);
      await ann.say(room, 'x'.repeat(3_000));
      const console = await stage.with(
        browser.console(stage.server.url, { viewport: PHONE, colorScheme, hasTouch: true }));
      await console.page.goto(`${stage.server.url}/console/`);
      assert.ok(await console.overflow() <= 0, 'where the token is asked for');
      await console.enter(TOKEN);
      for (const [hash, sign] of [
        ['#/overview', '.plot-line'], ['#/rooms', 'tbody tr'], [`#/room/${room.id}`, '.cell-text'],
        ['#/connections', 'tbody tr'], ['#/users', 'tbody tr'],
        [`#/user/${ann.identity.userId}`, 'tbody tr'], ['#/audit', '.list'], ['#/server', '.terms'],
      ]) {
        await console.go(hash);
        await console.page.locator(sign).first().waitFor();
        assert.ok(await console.overflow() <= 0, `${hash} is wider than the screen`);
      }
      await console.go(`#/room/${room.id}`);
      await console.button('Close…').click();
      const box = await console.page.getByRole('dialog').boundingBox();
      assert.ok(box.x >= 0 && box.x + box.width <= PHONE.width);
    });
  }
});

describe('the files of the console', { timeout: 60_000 }, () => {
  const files = readdirSync(SOURCES, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name, parentPath }) => (
      { name, text: readFileSync(`${parentPath}/${name}`, 'utf8') }));

  it('know no way to read text as HTML or code', () => {
    assert.ok(files.length > 20);
    const forbidden = new RegExp(['inner' + 'HTML', 'outer' + 'HTML', 'insertAdjacent' + 'HTML',
      'document\\.write', 'set' + 'HTML', 'createContextualFragment', 'DOMParser', '\\beval\\(',
      'new Function', 'srcdoc', 'localStorage', 'document\\.cookie'].join('|'));
    for (const { name, text } of files) assert.doesNotMatch(text, forbidden, name);
  });

  it('name no other server and have no script or style inside', () => {
    for (const { name, text } of files) {
      const rest = text.replaceAll('http://www.w3.org/2000/svg', '');
      assert.doesNotMatch(rest, /https?:\/\/|url\(\s*['"]?\/\//, name);
      if (name.endsWith('.html'))
        assert.doesNotMatch(text, /<style|<script(?![^>]*src=)|\sstyle=|\son\w+=/);
    }
  });

  it('are served with headers that keep them apart from everything else', async () => {
    const stage = new Stage({ ADMIN_TOKEN: TOKEN });
    await stage.open();
    try {
      for (const path of ['/console/', '/console/app.js', '/console/views/room.js',
        '/console/base.css']) {
        const { status, headers, body } = await request(`${stage.server.url}${path}`);
        assert.equal(status, 200, path);
        assert.equal(headers['content-security-policy'], "default-src 'none'; script-src 'self'; "
          + "style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
          + "form-action 'none'; frame-ancestors 'none'");
        assert.equal(headers['x-content-type-options'], 'nosniff');
        assert.equal(headers['referrer-policy'], 'no-referrer');
        assert.equal(headers['cache-control'], 'no-cache');
        assert.ok(body.length > 0);
        const again = await request(`${stage.server.url}${path}`,
          { headers: { 'if-none-match': headers.etag } });
        assert.deepEqual([again.status, again.body], [304, '']);
      }
    } finally {
      await stage.close();
    }
  });
});
