// What can be measured of the web app: how long the first load takes and what it fetches, that the
// board's code comes when a board is shown and not before, and that drawing for long keeps memory
// steady. Numbers are printed; the limits are generous, for busy machines.
//
//   ATRIUM_SOAK_MINUTES=10 node --test tests/e2e/scenarios/app_facts.test.mjs    the long way
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { AppStage, PHONE, WITH_APP } from '../support/app.mjs';
import { request } from '../support/http.mjs';
import { eventually } from '../support/waiting.mjs';

const SOAK_MS = Number(process.env.ATRIUM_SOAK_MINUTES ?? 0.3) * 60_000;
const MOST_LOAD_MS = 3_000;
const MOST_FIRST_BYTES = 250_000;
const MB = 1_000_000;
/** What a stroke may leave behind: itself, its tombstone, its step of undo. */
const MOST_PER_STROKE = 40_000;
const MOST_GROWTH = 8 * MB;

describe('facts of the web app', { ...WITH_APP, timeout: 300_000 + 2 * SOAK_MS }, () => {
  const stage = new AppStage();

  before(() => stage.open());
  after(() => stage.close());
  afterEach(() => stage.clear());

  /** Counts what a page fetches from now on: paths, and bytes on the wire. */
  async function traffic(visitor) {
    const found = { paths: [], bytes: 0 };
    visitor.page.on('request', (asked) => found.paths.push(new URL(asked.url()).pathname));
    const session = await visitor.context.newCDPSession(visitor.page);
    await session.send('Network.enable');
    session.on('Network.loadingFinished', ({ encodedDataLength }) => {
      found.bytes += encodedDataLength;
    });
    return found;
  }

  const isBoard = (path) => /excalidraw|BoardPane/i.test(path);

  it('loads at once, and only what the first page needs', async (t) => {
    for (let i = 0; i < 3; ++i) await stage.createRoom({ name: `Room ${i}` });
    const times = [];
    let found;
    for (let i = 0; i < 3; ++i) {
      const ann = await stage.visitor('Ann');
      found = await traffic(ann);
      const start = performance.now();
      await ann.goHome();
      await ann.page.getByRole('list', { name: 'Public rooms', exact: true }).waitFor();
      times.push(performance.now() - start);
      await ann.page.waitForLoadState('networkidle');
    }
    times.sort((a, b) => a - b);
    t.diagnostic(`first load: ${times.map((ms) => `${ms.toFixed(0)} ms`).join(', ')}; `
      + `${found.paths.length} requests, ${(found.bytes / 1000).toFixed(0)} kB on the wire`);
    assert.ok(times[0] < MOST_LOAD_MS, `the first load took ${times[0]} ms`);
    assert.ok(found.bytes < MOST_FIRST_BYTES, `${found.bytes} bytes for the first page`);
    assert.deepEqual(found.paths.filter(isBoard), []);
  });

  it('fetches the board when it is shown, and everything once', async (t) => {
    const room = await stage.createRoom();
    const ann = await stage.visitor('Ann', { viewport: PHONE, hasTouch: true });
    const found = await traffic(ann);
    await ann.enter(room);
    await ann.composer.waitFor();
    await ann.page.waitForLoadState('networkidle');
    assert.deepEqual(found.paths.filter(isBoard), [], 'before the board is shown');
    const before = found.bytes;
    const start = performance.now();
    await ann.page.getByRole('tab', { name: 'Board' }).tap();
    await ann.boardIsThere();
    t.diagnostic(`the board was there after ${(performance.now() - start).toFixed(0)} ms`);
    await ann.page.waitForLoadState('networkidle');
    assert.ok(found.paths.some(isBoard));
    t.diagnostic(`and took ${((found.bytes - before) / 1000).toFixed(0)} kB on the wire`);

    const again = await traffic(ann);
    await ann.page.reload();
    await ann.connectionIs('Connected');
    await ann.page.getByRole('tab', { name: 'Board' }).tap();
    await ann.boardIsThere();
    await ann.page.waitForLoadState('networkidle');
    t.diagnostic(`a second visit took ${(again.bytes / 1000).toFixed(0)} kB`);
    assert.ok(again.bytes < 60_000, `${again.bytes} bytes for what is in the cache`);
  });

  it('serves what the page names with names that change, packed and for a year', async () => {
    const page = await request(`${stage.server.url}/`);
    const names = [...page.body.matchAll(/(?:src|href)="(\/?\.?\/?assets\/[^"]+)"/g)]
      .map((match) => new URL(match[1], `${stage.server.url}/`).pathname);
    assert.ok(names.length >= 2, page.body);
    assert.doesNotMatch(page.body, /<script(?![^>]*\bsrc=)|<style|\son\w+=/);
    for (const name of names) {
      const { status, headers } = await request(`${stage.server.url}${name}`,
        { headers: { 'accept-encoding': 'gzip, br' } });
      assert.equal(status, 200, name);
      assert.match(name, /-[\w-]{8}\.\w+$/);
      assert.match(headers['cache-control'], /immutable/);
      if (/\.(js|css)$/.test(name)) assert.equal(headers['content-encoding'], 'br', name);
    }
  });

  /** Bytes of JavaScript objects that are in use. */
  async function heapOf(visitor) {
    visitor.devtools ??= await visitor.context.newCDPSession(visitor.page);
    // The first pass lets finalizers run, whose objects the second one takes.
    for (let i = 0; i < 2; ++i) await visitor.devtools.send('HeapProfiler.collectGarbage');
    return (await visitor.devtools.send('Runtime.getHeapUsage')).usedSize;
  }

  async function heaps(visitors) {
    const sizes = [];
    for (const visitor of visitors) sizes.push(await heapOf(visitor));
    return sizes;
  }

  it('keeps its memory while people draw for long', async (t) => {
    const room = await stage.createRoom();
    const [ann, bob] = await stage.visitorsIn(room, ['Ann', 'Bob']);
    const both = [ann, bob];
    const show = (sizes) => sizes.map((size) => `${(size / MB).toFixed(1)} MB`).join(' and ');

    // Strokes by the dozen, wiped now and then.
    await ann.pick('freedraw');
    for (let i = 0; i < 6; ++i) await ann.scribble(i);
    const before = await heaps(both);
    const serverBefore = stage.server.residentBytes();
    let strokes = 0;
    for (const end = Date.now() + SOAK_MS / 2; Date.now() < end; ++strokes) {
      await ann.scribble(strokes % 72);
      if (strokes % 40 !== 39) continue;
      await ann.page.keyboard.press('v');
      await ann.page.keyboard.press('Control+a');
      await ann.page.keyboard.press('Delete');
      await ann.pick('freedraw');
    }
    const drawn = await heaps(both);
    t.diagnostic(`${strokes} strokes: from ${show(before)} to ${show(drawn)}, server `
      + `${((stage.server.residentBytes() - serverBefore) / MB).toFixed(1)} MB more`);
    drawn.forEach((size, i) => assert.ok(
      size < before[i] + MOST_GROWTH + strokes * MOST_PER_STROKE, `${both[i].name}: ${show(drawn)}`));

    // One shape, pushed around without end: nothing is added, so nothing may grow.
    await ann.page.keyboard.press('v');
    await ann.page.keyboard.press('Control+a');
    await ann.page.keyboard.press('Delete');
    await ann.rectangle(300, 300, 100, 80);
    await eventually(async () => (await bob.scene()).length === 1, 'Bob to see the one that is left');
    const still = await heaps(both);
    const circle = Array.from({ length: 13 }, (_, i) => [
      350 + 120 * Math.sin(i * Math.PI / 6), 340 + 100 * (1 - Math.cos(i * Math.PI / 6))]);
    let rounds = 0;
    for (const end = Date.now() + SOAK_MS / 2; Date.now() < end; ++rounds) await ann.drag(circle, 6);
    const moved = await heaps(both);
    t.diagnostic(`${rounds} rounds of one shape: from ${show(still)} to ${show(moved)}`);
    moved.forEach((size, i) => assert.ok(size < still[i] + MOST_GROWTH, `${both[i].name}: ${show(moved)}`));
    assert.deepEqual(await stage.board(room), await ann.scene());
  });
});
