// What operators do at their page, and what the people in the rooms notice of it.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { Browser } from '../support/console.mjs';
import { Stage } from '../support/stage.mjs';

const TOKEN = 'a-token-of-operators';
const GONE = [/status of 404/];

describe('at the console', { timeout: 180_000 }, () => {
  const stage = new Stage({ ADMIN_TOKEN: TOKEN });
  const browser = new Browser();
  let console;
  let room;
  let ann;
  let bob;

  before(async () => {
    await stage.open();
    await browser.open();
  });
  after(async () => {
    await browser.close();
    await stage.close();
  });
  afterEach(() => stage.clear());

  /** Ann and Bob are in a room that the operator looks at. */
  async function lookAtRoom(options = {}) {
    room = await stage.createRoom({ name: 'Maths' });
    ann = stage.nativeClient('Ann');
    bob = stage.stockClient('Bob');
    await ann.join(room);
    await bob.join(room);
    console = await stage.with(browser.console(stage.server.url, options));
    await console.enter(TOKEN, 'Lena Müller');
    await console.go(`#/room/${room.id}`);
    await console.heading('Maths');
    return console.page;
  }

  it('an operator kicks a user, and changes their mind before', async () => {
    const page = await lookAtRoom();
    await console.button('Kick ann').click();
    await page.getByRole('dialog').filter({ hasText: 'Kick this user?' }).waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.equal((await ann.say(room, 'still here')).success, true);

    await console.button('Kick ann').click();
    await console.answer({ Reason: 'noise' });
    assert.deepEqual(await ann.next('kicked'), { roomId: room.id, reason: 'noise' });
    assert.equal((await ann.say(room, 'am I?')).code, 'not_in_room');
    await console.row('Participants', 'Ann').waitFor({ state: 'detached' });
    await page.getByText('The user is out of the room.').waitFor();

    await console.go('#/audit');
    const entry = console.row('What operators did', 'kick').first();
    await entry.filter({ hasText: 'Lena Müller' }).filter({ hasText: 'ok' }).waitFor();
  });

  it('an operator locks and unlocks a room', async () => {
    const page = await lookAtRoom();
    await console.button('Lock…', { exact: true }).click();
    await console.answer();
    assert.equal((await bob.next('room:locked')).locked, true);
    assert.equal((await ann.say(room, 'too late')).code, 'forbidden');
    await page.locator('.headline .tag').filter({ hasText: 'locked' }).waitFor();
    await console.button('Unlock…').click();
    await console.answer();
    assert.equal((await bob.next('room:locked')).locked, false);
    assert.equal((await ann.say(room, 'again')).success, true);
  });

  it('an operator speaks to a room and to everybody', async () => {
    const page = await lookAtRoom();
    await console.button('Announce…').click();
    await page.getByRole('dialog').waitFor();
    await console.answer({ Message: 'five minutes' });
    const heard = await ann.next('announce');
    assert.deepEqual([heard.roomId, heard.message], [room.id, 'five minutes']);
    await console.go('#/server');
    await console.button('Announce to everybody…').click();
    await console.answer({ Message: 'good night' });
    assert.equal((await bob.next('announce', (a) => a.roomId === undefined)).message, 'good night');
    await page.getByText('Announced to 2 connections.').waitFor();
  });

  it('an operator redacts a message', async () => {
    await lookAtRoom();
    const { message } = await ann.say(room, 'something secret');
    await ann.say(room, 'something else');
    await console.row('Recent messages', 'something secret').getByRole('button').click();
    await console.answer();
    assert.equal((await bob.next('chat:deleted')).id, message.id);
    await console.row('Recent messages', 'something secret').waitFor({ state: 'detached' });
    await console.row('Recent messages', 'deleted').waitFor();
    await console.row('Recent messages', 'something else').waitFor();
  });

  it('an operator closes a room', async () => {
    const page = await lookAtRoom({ expected: GONE });
    await console.button('Close…').click();
    await console.answer({ Reason: 'school is over' });
    const closed = await ann.next('room:closed');
    assert.equal(closed.roomId, room.id);
    await console.heading('Rooms');
    await page.getByRole('link', { name: 'Maths' }).waitFor({ state: 'detached' });
  });

  it('an operator disconnects a connection and a user', async () => {
    const page = await lookAtRoom();
    await console.go('#/connections');
    await console.row('Connections', 'Ann').getByRole('button').click();
    await console.answer({ Reason: 'too many' });
    assert.equal(await ann.next('disconnect'), 4403);
    await console.row('Connections', 'Ann').waitFor({ state: 'detached' });

    await console.go('#/users');
    await console.row('Users online', 'Bob').getByRole('link').click();
    await console.heading('bob');
    await console.button('Disconnect…').click();
    await console.answer();
    await page.getByText('1 connection closed.').waitFor();
    await bob.next('disconnect');
  });

  it('an operator forgets a user', async () => {
    const page = await lookAtRoom({ expected: GONE });
    await console.go('#/user/ann');
    await console.button('Forget…').click();
    await console.answer();
    assert.equal(await ann.next('disconnect'), 4403);
    await console.heading('Users');
    await page.getByText('The user is forgotten; it was in 1 room.').waitFor();
  });

  it('an operator changes what is logged', async () => {
    const page = await lookAtRoom();
    await console.go('#/server');
    await page.getByLabel('Log from').selectOption('warn');
    await page.getByText('The log begins at warn.').waitFor();
    await page.reload();
    await console.heading('Server');
    await page.waitForFunction(() => document.querySelector('select')?.value === 'warn');
  });

  it('everything can be reached and done by keyboard alone', async () => {
    const page = await lookAtRoom();
    const focused = () => page.evaluate(() => (document.activeElement.getAttribute('aria-label')
      ?? document.activeElement.textContent).trim());
    const tabTo = async (name) => {
      for (let i = 0; i < 60; ++i) {
        await page.keyboard.press('Tab');
        if (await focused() === name) return;
      }
      assert.fail(`Tab does not come to ${name}`);
    };
    await console.go('#/overview');
    await page.reload();
    await console.heading('Overview');
    await tabTo('Skip to the content');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'content');
    assert.match(page.url(), /#\/overview$/, 'skipping is no way to another view');

    await page.reload();
    await console.heading('Overview');
    await tabTo('Rooms');
    await page.keyboard.press('Enter');
    await console.heading('Rooms');
    assert.equal(await focused(), 'Rooms', 'the new heading has the focus');
    await tabTo('Room');
    await page.keyboard.press('Space');
    await page.getByRole('columnheader', { name: 'Room', exact: true }).and(
      page.locator('[aria-sort=ascending]')).waitFor();
    const outline = await page.evaluate(
      () => getComputedStyle(document.activeElement).outlineStyle);
    assert.equal(outline, 'solid', 'the focus is to be seen');
    await page.getByRole('link', { name: 'Maths' }).first().focus();
    await page.keyboard.press('Enter');
    await console.heading('Maths');
    await console.go(`#/room/${room.id}`);
    await console.button('Kick bob').waitFor();
    await tabTo('Kick bob');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.equal(await focused(), 'Kick bob', 'the focus returns');
    await page.keyboard.press('Enter');
    await tabTo('Kick');
    await page.keyboard.press('Enter');
    assert.equal((await bob.next('kicked')).roomId, room.id);
  });
});

describe('at the console, last', { timeout: 60_000 }, () => {
  const stage = new Stage({ ADMIN_TOKEN: TOKEN });
  const browser = new Browser();
  before(async () => {
    await stage.open();
    await browser.open();
  });
  after(async () => {
    await stage.clear();
    await browser.close();
    await stage.close();
  });

  it('an operator drains the server', async () => {
    const ann = stage.nativeClient('Ann');
    await ann.join(await stage.createRoom());
    const console = browser.console(stage.server.url,
      { expected: [/ERR_|status of 503/] });
    await stage.with(console);
    await console.enter(TOKEN);
    await console.go('#/server');
    await console.button('Drain…').click();
    await console.answer();
    assert.ok((await ann.next('server:shutdown')).retryAfterMs >= 0);
    assert.equal(await ann.next('disconnect'), 1001);
    const banner = console.page.getByRole('alert');
    await banner.filter({ hasText: 'What you see is from before.' }).waitFor();
  });
});
