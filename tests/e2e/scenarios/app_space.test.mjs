// Two people with browsers on one map: they walk by keys and by clicks, see where the other is, and
// one whose network is lost stays as a ghost until it is back, in its place.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { AppStage, LOST, PAGE_PATIENCE_MS, PHONE, WITH_APP } from '../support/app.mjs';
import { TcpForwarder } from '../support/forwarders.mjs';
import { eventually } from '../support/waiting.mjs';

describe('a space in the web app', WITH_APP, () => {
  const stage = new AppStage();
  let space;

  before(async () => {
    await stage.open();
    space = await stage.createRoom({ name: 'The plaza', kind: 'space', width: 20, height: 12 });
  });
  after(() => stage.close());
  afterEach(() => stage.clear());

  /** Where somebody stands, by the server. */
  async function placeOf(visitor) {
    const { participants } = await stage.server.get(`/api/rooms/${space.id}/participants`);
    const { x, y } = participants.find(({ userId }) => userId === visitor.userId);
    return { x, y };
  }

  const stands = (visitor, fits) => eventually(async () => {
    const place = await placeOf(visitor);
    return fits(place) ? place : null;
  }, `${visitor.name} to be there`, PAGE_PATIENCE_MS, 30);

  /** What the list beside the map says about somebody. */
  const sees = (visitor, name, words) => visitor.page.getByRole('region', { name: 'People' })
    .getByRole('listitem').filter({ hasText: name }).filter({ hasText: words }).waitFor();

  async function enter(name, options) {
    const visitor = await stage.visitor(name, options);
    await visitor.enter(space);
    await visitor.button(/^People/).click();
    return visitor;
  }

  const mapOf = (visitor) => visitor.page.getByRole('application', { name: 'Map' });

  it('is walked by keys and clicks, and a lost connection leaves a ghost', async () => {
    const network = await stage.with(new TcpForwarder(stage.server.port));
    const ann = await enter('Ann');
    const bob = await enter('Bob', { url: network.url, expected: LOST });
    await sees(ann, 'Bob', 'beside you');
    await sees(bob, 'Ann', 'beside you');

    const start = await placeOf(ann);
    await mapOf(ann).focus();
    await ann.page.keyboard.down('ArrowRight');
    await stands(ann, ({ x }) => x >= start.x + 4);
    await ann.page.keyboard.up('ArrowRight');
    await sees(bob, 'Ann', /\d steps? to the right/);
    await sees(ann, 'Bob', /\d steps? to the left/);

    await ann.page.keyboard.down('w');
    await stands(ann, ({ y }) => y === 0);
    await ann.page.keyboard.up('w');

    const corner = await mapOf(bob).boundingBox();
    await bob.page.mouse.click(corner.x + corner.width / 2, corner.y + corner.height - 1);
    const low = await stands(bob, ({ y }) => y === 11);
    await sees(ann, 'Bob', 'below');

    await ann.button(/^Chat/).click();
    await bob.button(/^Chat/).click();
    await ann.say('over here!');
    await bob.reads('over here!');
    await ann.button(/^People/).click();

    network.cutNow();
    await bob.connectionIs('Connection lost');
    await sees(ann, 'Bob', 'lost the connection, may be back soon');
    network.mend();
    await bob.tryNow();
    await sees(ann, 'Bob', 'steps');
    assert.deepEqual(await placeOf(bob), low, 'back in its place');
  });

  it('fits a phone', async () => {
    const ann = await stage.visitor('Ann', { viewport: PHONE, hasTouch: true, isMobile: true });
    await ann.enter(space);
    await mapOf(ann).waitFor();
    const start = await placeOf(ann);
    const box = await mapOf(ann).boundingBox();
    await ann.page.touchscreen.tap(box.x + box.width / 2 + 100, box.y + box.height / 2);
    await stands(ann, ({ x }) => x > start.x + 1);
    await ann.button(/^Chat/).tap();
    await ann.composer.fill('from a phone');
    await ann.button('Send').tap();
    await ann.reads('from a phone');
    assert.ok(await ann.overflow() <= 0);
  });
});
