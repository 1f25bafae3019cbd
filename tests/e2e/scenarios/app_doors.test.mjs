// The ways into a room, and what is said where there is none: sentences that people understand. By
// keyboard alone, and on a phone.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { AppStage, LOST, PHONE, status, WITH_APP } from '../support/app.mjs';

const LOST_SERVER = 'The server can’t be reached. Check your connection, or try again in a moment.';

describe('the doors of the web app', WITH_APP, () => {
  const stage = new AppStage();

  before(() => stage.open());
  after(() => stage.close());
  afterEach(() => stage.clear());

  const alert = (visitor, sentence) =>
    visitor.page.getByRole('alert').filter({ hasText: sentence }).first().waitFor();

  async function typeCode(visitor, code) {
    await visitor.page.getByLabel('Code or link of a room').fill(code);
    await visitor.button('Join').click();
  }

  it('say that a code is wrong, and take a right one or a link', async () => {
    const room = await stage.createRoom();
    const ann = await stage.visitor('Ann', { expected: [status(404)] });
    await ann.goHome();
    await typeCode(ann, 'hello there');
    await alert(ann, 'A code has six digits, like 123 456. A link works as well.');
    const unknown = room.code === '999999' ? '999998' : '999999';
    await typeCode(ann, unknown);
    await alert(ann, 'There is no room with this code or link. It may have ended.');
    await ann.goTo({ id: unknown });
    await ann.heading('No such room');
    await ann.page.getByRole('link', { name: 'All rooms' }).click();
    for (const way of [`${room.code.slice(0, 3)} ${room.code.slice(3)}`,
      `${stage.server.url}/#/room/${room.id}`]) {
      await typeCode(ann, way);
      await ann.heading(room.name);
      await ann.connectionIs('Connected');
      await ann.page.getByRole('link', { name: 'All rooms' }).click();
    }
  });

  it('ask for a password until it is the right one, and once', async () => {
    const room = await stage.createRoom({ password: 'open sesame' });
    const ann = await stage.visitor('Ann');
    await ann.goTo(room);
    await ann.page.getByLabel('Password').fill('close sesame');
    await ann.page.keyboard.press('Enter');
    await alert(ann, 'That isn’t the password of this room.');
    await ann.page.getByLabel('Password').fill('open sesame');
    await ann.page.keyboard.press('Enter');
    await ann.connectionIs('Connected');
    await ann.say('in');
    await ann.page.reload();
    await ann.reads('in');
    const kept = await ann.page.evaluate(() => JSON.stringify(localStorage) + location.href);
    assert.ok(!kept.includes('open sesame'), 'it stays in the tab');
  });

  it('say that a room is full, and let in when somebody left', async () => {
    const room = await stage.createRoom({ maxParticipants: 1 });
    const bob = stage.nativeClient('Bob');
    assert.ok((await bob.join(room)).success);
    const ann = await stage.visitor('Ann');
    await ann.goTo(room);
    await ann.heading('The room is full');
    await alert(ann, 'This room is full. You can get in as soon as somebody leaves.');
    await bob.call('leave', { roomId: room.id });
    await ann.button('Try again').click();
    await ann.heading(room.name);
    await ann.connectionIs('Connected');
  });

  it('say that a room was closed', async () => {
    const ann = await stage.visitor('Ann');
    await ann.goHome();
    await ann.button('New room').click();
    await ann.page.getByRole('dialog').getByLabel('Name').fill('For a moment');
    await ann.page.keyboard.press('Enter');
    await ann.heading('For a moment');
    const bob = await stage.visitor('Bob');
    await bob.page.goto(ann.page.url());
    await bob.connectionIs('Connected');
    await ann.button('Room menu').click();
    await ann.page.getByRole('menuitem', { name: 'Close this room…' }).click();
    await ann.page.getByRole('dialog').getByRole('button', { name: /^Close/ }).last().click();
    await bob.heading('This room was closed');
    await alert(bob, 'It has ended for everybody. What was in it is gone.');
  });

  it('open by keyboard alone', async () => {
    const ann = await stage.visitor(null);
    const { keyboard } = ann.page;
    await ann.goHome();
    /** Tab until the focus is there. */
    const tabTo = async (what) => {
      for (let i = 0; i < 80; ++i) {
        await keyboard.press('Tab');
        if (await what.evaluate((element) => element === document.activeElement)) return;
      }
      assert.fail(`no way to ${what} by keyboard`);
    };
    await tabTo(ann.page.getByLabel('What should others call you?'));
    await keyboard.type('Ann');
    await keyboard.press('Enter');
    await tabTo(ann.button('New room'));
    await keyboard.press('Enter');
    await ann.page.getByRole('dialog').waitFor();
    await keyboard.type('By keyboard');
    await keyboard.press('Enter');
    await ann.heading('By keyboard');
    await ann.connectionIs('Connected');
    await ann.boardIsThere();
    await tabTo(ann.composer);
    await keyboard.type('no mouse was needed');
    await keyboard.press('Enter');
    await ann.reads('no mouse was needed');
    await ann.page.getByRole('img', { name: /^Sent/ }).waitFor();
  });

  for (const colorScheme of ['light', 'dark']) {
    it(`are as wide as a phone, ${colorScheme}`, async () => {
      const long = 'W'.repeat(100);
      const room = await stage.createRoom({ name: long });
      const bob = stage.nativeClient('Bob');
      bob.identity.username = 'N'.repeat(64);
      await bob.join(room);
      await bob.say(room, 'x'.repeat(2_000));
      const ann = await stage.visitor('Ann',
        { viewport: PHONE, hasTouch: true, isMobile: true, colorScheme });
      const fits = async (what) => assert.ok(await ann.overflow() <= 0, `${what} is too wide`);
      const tab = (name) => ann.page.getByRole('tablist', { name: 'What is shown' })
        .getByRole('tab', { name });
      await ann.goHome();
      await ann.page.getByRole('list', { name: 'Public rooms', exact: true }).waitFor();
      await fits('the list of rooms');
      await ann.button('New room').tap();
      await ann.page.getByRole('dialog').waitFor();
      await fits('the dialog');
      await ann.page.keyboard.press('Escape');
      await ann.enter(room);
      await ann.reads('xxx');
      await fits('the chat');
      await ann.composer.fill('from a phone');
      await ann.button('Send').tap();
      await ann.reads('from a phone');
      await tab('People').tap();
      await ann.page.getByRole('list', { name: 'Participants' }).getByText('NNN').waitFor();
      await fits('the people');
      assert.ok(!await ann.composer.isVisible());
      await tab('Board').tap();
      await ann.boardIsThere();
      await fits('the board');
      await bob.say(room, 'are you there?');
      await tab(/Chat.*1 new/).tap();
      await ann.reads('are you there?');
    });
  }

  it('say that the server is away, and open by themselves when it is back', async () => {
    const room = await stage.createRoom();
    const ann = await stage.visitor('Ann', { expected: [...LOST, status('4..|5..')] });
    const bob = await stage.visitor('Bob', { expected: [...LOST, status('4..|5..')] });
    await ann.goHome();
    await bob.enter(room);
    await bob.boardIsThere();
    await bob.page.waitForLoadState('networkidle');
    await stage.server.stop();
    await bob.page.getByText(/^The connection is lost\. Trying again/).waitFor();
    await ann.button('Renew the list').click();
    await ann.page.getByRole('region', { name: 'Public rooms' }).getByRole('alert')
      .filter({ hasText: LOST_SERVER }).waitFor();
    await typeCode(ann, room.code);
    await ann.page.getByRole('region', { name: 'Enter a room' }).getByRole('alert')
      .filter({ hasText: LOST_SERVER }).waitFor();
    await ann.button('New room').click();
    await ann.page.getByRole('dialog').getByLabel('Name').fill('Too early');
    await ann.button('Create', { exact: true }).click();
    await ann.page.getByRole('dialog').getByRole('alert').filter({ hasText: LOST_SERVER }).waitFor();
    await ann.page.keyboard.press('Escape');
    await ann.page.evaluate((id) => { location.hash = `#/room/${id}`; }, room.id);
    await ann.heading('The server can’t be reached');
    await ann.page.getByText(/^Trying again in \d+ s\.$/).waitFor();
    await stage.server.start();
    // Rooms were in its memory only: what comes by itself is the answer that this one is gone.
    await ann.heading('No such room');
    await bob.heading('This room was closed');
  });
});
