// The operators' page against the real server: who gets in, and what is to be seen.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { Browser } from '../support/console.mjs';
import { request } from '../support/http.mjs';
import { Stage } from '../support/stage.mjs';
import { eventually } from '../support/waiting.mjs';

const TOKEN = 'a-token-of-operators';
/** What Chromium itself says about an answer that is an error. */
const REFUSED = [/status of 401/];
const LOST = [/ERR_CONNECTION|ERR_EMPTY_RESPONSE|INCOMPLETE_CHUNKED|status of 503/];

const shape = (id, type, fields = {}) => ({
  id, version: 1, versionNonce: 1, type, x: 10, y: 20, width: 100, height: 60, isDeleted: false,
  ...fields,
});

const SCENE = [
  shape('r', 'rectangle', { backgroundColor: '#a5d8ff', roundness: { type: 3 } }),
  shape('e', 'ellipse', { x: 150 }),
  shape('d', 'diamond', { x: 300, angle: 0.5 }),
  shape('l', 'line', { points: [[0, 0], [50, 20]] }),
  shape('a', 'arrow', { points: [[0, 0], [80, 0]], endArrowhead: 'arrow', startArrowhead: 'dot' }),
  shape('f', 'freedraw', { points: [[0, 0], [5, 5], [9, 2]], strokeStyle: 'dashed' }),
  shape('t', 'text', { text: 'two\nlines', fontSize: 20 }),
  shape('i', 'image'),
  shape('gone', 'rectangle', { isDeleted: true }),
];

describe('the console', { timeout: 180_000 }, () => {
  const stage = new Stage({ ADMIN_TOKEN: TOKEN }, { redis: true });
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

  async function openConsole(options = {}) {
    console = await stage.with(browser.console(stage.server.url, options));
    return console.page;
  }

  async function enterConsole(options = {}) {
    const page = await openConsole(options);
    await console.enter(TOKEN, 'Lena');
    return page;
  }

  it('asks for a token, and says what is wrong with it', async () => {
    const page = await openConsole({ expected: REFUSED });
    await page.goto(`${stage.server.url}/console`);
    assert.equal(page.url(), `${stage.server.url}/console/`, 'the folder is where the page is');
    const token = page.getByLabel('Operator’s token');
    for (const [wrong, sentence] of [
      ['no-such-token', 'The server does not accept this token. Is it whole?'],
      ['tökén', 'A token has letters, digits and signs of ASCII only. Is it whole?'],
    ]) {
      await token.fill(wrong);
      await page.keyboard.press('Enter');
      await page.getByRole('alert').filter({ hasText: sentence }).waitFor();
      assert.equal(await page.evaluate(() => sessionStorage.length), 0);
    }
    await token.fill(TOKEN);
    await page.keyboard.press('Enter');
    await console.heading('Overview');
  });

  it('keeps the token for its tab only, and nowhere else', async () => {
    const page = await enterConsole();
    const addresses = [];
    page.on('request', (asked) => addresses.push(asked.url()));
    await page.reload();
    await console.heading('Overview');
    await console.go('#/rooms');
    await console.heading('Rooms');
    assert.ok(addresses.length > 0);
    assert.ok(!addresses.concat(page.url()).some((address) => address.includes(TOKEN)));
    const kept = await page.evaluate(async () => ({
      session: Object.values(sessionStorage),
      local: Object.values(localStorage),
      cookies: document.cookie,
      databases: (await indexedDB.databases()).length,
      text: document.documentElement.textContent,
    }));
    assert.deepEqual(kept.session.sort(), ['Lena', TOKEN].sort());
    assert.deepEqual([kept.local, kept.cookies, kept.databases], [[], '', 0]);
    assert.ok(!kept.text.includes(TOKEN));

    const other = await console.newTab();
    await other.goto(`${stage.server.url}/console/#/rooms`);
    await other.getByLabel('Operator’s token').waitFor();

    await console.button('Forget token').click();
    await page.getByLabel('Operator’s token').waitFor();
    assert.ok(!await page.evaluate((t) => Object.values(sessionStorage).includes(t), TOKEN));
    await page.reload();
    await page.getByLabel('Operator’s token').waitFor();
  });

  it('shows how much there is and how fast it moves', async () => {
    const room = await stage.createRoom();
    const ann = stage.nativeClient('Ann');
    await ann.join(room);
    const bob = stage.stockClient('Bob', { transports: ['polling'] });
    await bob.join(room);
    const page = await enterConsole();
    const tile = page.locator('.tiles > li');
    await tile.filter({ hasText: 'Connections' }).filter({ hasText: '1 native' })
      .filter({ hasText: '1 polling' }).waitFor();
    await tile.filter({ hasText: 'Users online' }).filter({ hasText: '2' }).waitFor();
    await eventually(async () => {
      await ann.say(room, 'hello');
      const plot = page.getByRole('img', { name: /^Messages: now / });
      const label = await plot.getAttribute('aria-label');
      return !/now 0\/s/.test(label);
    }, 'the rate of messages to rise');
    const line = page.locator('.plot-line.line-0').first();
    await eventually(async () => (await line.getAttribute('d')).includes('L'), 'a line of two samples');
    await page.locator('.terms').filter({ hasText: 'Redis up' }).waitFor();
    assert.ok(await console.rows('Writers').filter({ hasText: 'connected' }).count() > 0);
    await page.locator('.server-state').filter({ hasText: 'healthy' }).waitFor();
  });

  it('lists rooms, sorted, filtered and in pages', async () => {
    for (let i = 0; i < 28; ++i) await stage.createRoom({ name: `Hall ${String(i).padStart(2, '0')}` });
    const full = await stage.createRoom({ name: 'Full' });
    const people = ['Ann', 'Bob', 'Carl'].map((name) => stage.nativeClient(name));
    for (const person of people) await person.join(full);
    const page = await enterConsole();
    await page.getByRole('link', { name: 'Rooms' }).first().click();
    await console.heading('Rooms');
    const rows = console.rows('Rooms');
    const first = async () => rows.first().innerText();
    await eventually(async () => /^Full/.test(await first()), 'the fullest room first');
    assert.equal(await page.getByRole('columnheader', { name: 'People' }).getAttribute('aria-sort'),
      'descending');

    await page.getByLabel('Search').fill('hALL');
    await eventually(async () => await rows.count() === 28, 'the halls and nothing else');
    await page.getByLabel('Per page').selectOption('25');
    await console.button('Room', { exact: true }).click();
    const heading = page.getByRole('columnheader', { name: 'Room', exact: true });
    await eventually(async () => await heading.getAttribute('aria-sort') === 'ascending'
      && /^Hall 00/.test(await first()), 'names from A');
    await console.button('Next', { exact: true }).click();
    await eventually(async () => /^Hall 25/.test(await first())
      && await rows.count() === 3, 'the second page');
    await page.getByText('26–28 of').waitFor();
    await console.button('Previous', { exact: true }).click();
    await console.button('Room', { exact: true }).click();
    await eventually(async () => /^Hall 27/.test(await first()), 'names from Z');
    assert.match(page.url(), /#\/rooms\?/);

    await page.reload();
    await eventually(async () => /^Hall 27/.test(await first()),
      'what was looked for to be looked for again');
    await page.getByLabel('Kind').selectOption('space');
    await page.getByText('Nothing fits what you look for.').waitFor();
  });

  it('shows a room whole: settings, people and how they are connected', async () => {
    const room = await stage.createRoom({ name: 'Maths', id: 'maths-1', maxParticipants: 7 });
    const ann = stage.nativeClient('Ann');
    await ann.join(room);
    await ann.call('presence:status', { roomId: room.id, status: 'busy', text: 'at the board' });
    const bob = stage.stockClient('Bob', { transports: ['polling'] });
    await bob.join(room);
    await ann.say(room, 'the first message');
    const page = await enterConsole();
    await console.go('#/rooms');
    await page.getByRole('link', { name: 'Maths' }).click();
    await console.heading('Maths');
    const first = console.row('Participants', 'Ann');
    await first.filter({ hasText: 'busy' }).filter({ hasText: 'at the board' })
      .filter({ hasText: '127.0.0.1' }).filter({ hasText: 'native · base' }).waitFor();
    await console.row('Participants', 'Bob').filter({ hasText: 'Socket.IO polling' }).waitFor();
    const settings = page.locator('.terms');
    await settings.filter({ hasText: 'maths-1' }).filter({ hasText: '7 participants' }).waitFor();
    await settings.filter({ hasText: 'Replay window' }).filter({ hasText: '1 from 1' }).waitFor();
    await console.row('Recent messages', 'the first message').filter({ hasText: 'Ann' }).waitFor();
    assert.equal(await page.title(), 'Maths · Atrium console');

    await console.go('#/room/no-such-room');
    await page.getByRole('alert').filter({ hasText: 'There is no such room' }).waitFor();
    assert.ok(await console.button('Close…').isDisabled());
    console.expected.push(/status of 404/);
  });

  it('tells what happens in a room while it happens', async () => {
    const room = await stage.createRoom();
    const ann = stage.nativeClient('Ann');
    await ann.join(room);
    const page = await enterConsole();
    await console.go(`#/room/${room.id}`);
    await console.button('Watch').click();
    await page.locator('.tail-state').filter({ hasText: 'Live' }).waitFor();
    await ann.say(room, 'heard from afar');
    const line = page.locator('.tail li').filter({ hasText: 'Ann: heard from afar' });
    await line.waitFor();
    await line.locator('summary').click();
    await line.locator('pre').filter({ hasText: '"userId": "ann"' }).waitFor();
    assert.equal(ann.got('presence:update').at(-1).count, 1, 'nobody is told that an operator looks');

    await console.button('Stop').click();
    await ann.say(room, 'not heard any more');
    await console.row('Recent messages', 'not heard any more').waitFor();
    assert.equal(await page.locator('.tail li').filter({ hasText: 'not heard' }).count(), 0);
  });

  it('draws the board, and draws it anew when it changes', async () => {
    const room = await stage.createRoom();
    const ann = stage.nativeClient('Ann');
    await ann.join(room);
    const page = await enterConsole();
    await console.go(`#/room/${room.id}`);
    await page.getByText('The board is empty.').waitFor();
    const drawn = await ann.call('whiteboard-change', { roomId: room.id, elements: SCENE });
    assert.ok(drawn.success, JSON.stringify(drawn));
    const board = page.getByRole('img', { name: 'Whiteboard with 8 elements' });
    await board.waitFor();
    const kinds = await board.locator('g').evaluateAll((all) => all.map((g) => g.dataset.type));
    assert.deepEqual(kinds.sort(), ['arrow', 'diamond', 'ellipse', 'freedraw', 'line', 'rectangle',
      'text', 'unknown']);
    const rows = board.locator('[data-type=text] tspan');
    assert.deepEqual(await rows.allTextContents(), ['two', 'lines']);
    assert.equal(await board.locator('[data-type=rectangle] rect').getAttribute('fill'), '#a5d8ff');
    assert.equal(await board.locator('[data-type=arrow] polyline').count(), 3, 'a line and two heads');

    await ann.call('whiteboard:patch', { roomId: room.id,
      elements: [shape('r', 'rectangle', { version: 2, isDeleted: true })] });
    await page.getByRole('img', { name: 'Whiteboard with 7 elements' }).waitFor();
  });

  it('says who is slow, and who is who', async () => {
    const room = await stage.createRoom();
    const ann = stage.nativeClient('Ann');
    await ann.join(room);
    const bob = stage.stockClient('Bob');
    await bob.join(room);
    const page = await enterConsole();
    await page.getByRole('link', { name: 'Connections' }).first().click();
    await console.heading('Connections');
    const rows = console.rows('Connections');
    await eventually(async () => await rows.count() === 2, 'both connections');
    await console.button('Here for').click();
    await eventually(async () => /^Ann/.test(await rows.first().innerText()), 'the oldest first');
    await console.button('Here for').click();
    await eventually(async () => /^Bob/.test(await rows.first().innerText()), 'the newest first');
    await page.getByLabel('Search').fill('an');
    await eventually(async () => await rows.count() === 1, 'Ann alone');
    await rows.getByRole('link', { name: 'Ann' }).click();
    await console.heading('ann');
    await page.locator('.terms').filter({ hasText: room.id }).waitFor();
    await page.locator('.tags').filter({ hasText: 'online' }).waitFor();
    await console.button('Watch').click();
    await page.locator('.tail-state').filter({ hasText: 'Live' }).waitFor();
    await ann.say(room, 'hello');
    await page.locator('.tail li').filter({ hasText: `chat:message · ${room.id}` }).waitFor();
  });

  it('says that the server is away, and finds out when it is back', async () => {
    const page = await enterConsole({ expected: LOST });
    const banner = page.getByRole('alert').filter({ hasText: 'What you see is from before.' });
    await stage.server.kill();
    await banner.waitFor();
    await page.locator('.server-state').filter({ hasText: 'away' }).waitFor();
    assert.ok(await page.locator('.tiles').isVisible(), 'what was known stays');
    await stage.server.start();
    await console.button('Try now').click();
    await banner.waitFor({ state: 'hidden' });
    await page.locator('.server-state').filter({ hasText: 'healthy' }).waitFor();
  });

  it('asks for a token again when it is accepted no longer', async () => {
    const page = await enterConsole({ expected: [...REFUSED, ...LOST] });
    await page.evaluate(() => sessionStorage.setItem('atrium.token', 'another'));
    await page.getByRole('alert').filter({ hasText: 'accepts this token no longer' }).waitFor();
    await page.getByLabel('Operator’s token').waitFor();
  });
});

describe('without operators', { timeout: 60_000 }, () => {
  const stage = new Stage();
  before(() => stage.open());
  after(() => stage.close());

  it('there is no console', async () => {
    for (const path of ['/console', '/console/', '/console/app.js', '/api/admin/overview']) {
      assert.equal((await request(`${stage.server.url}${path}`)).status, 404, path);
    }
  });
});
