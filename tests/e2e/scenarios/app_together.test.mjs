// People with browsers in one room: they talk and draw at once and end with the same chat and the same
// board, the server's. Who comes later gets all of it; who reloads is still the same.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { AppStage, together, WITH_APP } from '../support/app.mjs';
import { eventually } from '../support/waiting.mjs';

const NAMES = ['Ann', 'Bob', 'Cleo', 'Dan', 'Eve'];

describe('pages in one room', WITH_APP, () => {
  const stage = new AppStage();
  let room;

  before(() => stage.open());
  after(() => stage.close());
  afterEach(() => stage.clear());

  for (const count of [2, 5]) {
    it(`${count} of them talk and draw at once, and a newcomer gets all`, async () => {
      room = await stage.createRoom({ name: 'Friday sketching' });
      const visitors = await stage.visitorsIn(room, NAMES.slice(0, count));
      await Promise.all(visitors.map((visitor) => visitor.pick('freedraw')));
      await Promise.all(visitors.map((visitor) => visitor.sayAndScribble(4)));
      await stage.agree(room, visitors, together(visitors));
      const [newcomer] = await stage.visitorsIn(room, ['Nora']);
      await stage.agree(room, [...visitors, newcomer], together(visitors));
    });
  }

  it('see what others change, clear, bring back and delete', async () => {
    room = await stage.createRoom();
    const [ann, bob] = await stage.visitorsIn(room, ['Ann', 'Bob']);
    await ann.rectangle(300, 200, 120, 80);
    await stage.agree(room, [ann, bob], { texts: [], elements: 1 });

    await bob.page.keyboard.press('Escape');
    await bob.drag([[300, 240], [400, 400]]);
    await eventually(async () => (await stage.board(room))[0].x > 350, 'Bob to move it');
    await stage.agree(room, [ann, bob], { texts: [], elements: 1 });

    await ann.page.getByTestId('main-menu-trigger').click();
    await ann.page.getByText('Clear the board…').click();
    await ann.page.getByRole('dialog').getByRole('button', { name: 'Clear the board' }).click();
    await stage.agree(room, [ann, bob], { texts: [], elements: 0 });
    await ann.page.getByRole('dialog').waitFor({ state: 'detached' });
    await ann.page.getByTestId('button-undo').click();
    await stage.agree(room, [ann, bob], { texts: [], elements: 1 });
  });

  it('edit, delete and answer', async () => {
    room = await stage.createRoom();
    const [ann, bob] = await stage.visitorsIn(room, ['Ann', 'Bob']);
    await ann.say('the first');
    await ann.message('the first').getByRole('img', { name: /^Sent/ }).waitFor();
    await bob.reads('the first');
    await ann.composer.press('ArrowUp');
    const editor = ann.page.locator('.editor textarea');
    await editor.fill('the very first');
    await editor.press('Enter');
    await bob.reads('the very first');
    await bob.message('edited').waitFor();

    await bob.message('the very first').hover();
    await bob.button('Reply', { exact: true }).click();
    await bob.say('and an answer');
    await ann.message('and an answer').getByRole('button', { name: /^Answers Ann/ }).waitFor();

    await ann.message('the very first').first().hover();
    await ann.button('Delete', { exact: true }).click();
    await ann.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    for (const visitor of [ann, bob]) await visitor.message('Message deleted').first().waitFor();
    assert.equal(await bob.page.getByText('the very first').count(), 0);
  });

  it('show who is writing, who points where, and who is gone', async () => {
    room = await stage.createRoom();
    const [ann, bob] = await stage.visitorsIn(room, ['Ann', 'Bob']);
    await ann.composer.pressSequentially('hm');
    await bob.page.getByText('Ann is writing…').waitFor();
    await ann.page.mouse.move(400, 400);
    await ann.page.mouse.move(420, 420);
    await eventually(() => bob.cursors().then((names) => names.includes('Ann')), 'the pointer');
    await bob.button('2 people are here. Show people').click();
    await ann.page.close();
    await bob.page.locator('.person.is-ghost').filter({ hasText: 'Ann' })
      .filter({ hasText: 'Lost the connection' }).waitFor();
    await bob.button('One person is here. Show people').waitFor();
  });

  it('keep who one is over a refresh and in a second tab', async () => {
    room = await stage.createRoom();
    const ann = await stage.visitor(null);
    await ann.goTo(room);
    await ann.page.getByRole('heading', { name: 'Who is coming in?' }).waitFor();
    await ann.page.getByLabel('Your name').fill('  Ann  ');
    await ann.page.keyboard.press('Enter');
    await ann.connectionIs('Connected');
    await ann.say('it is me');
    await ann.page.reload();
    await ann.connectionIs('Connected');
    await ann.page.locator('.message.is-own').filter({ hasText: 'it is me' }).waitFor();
    await ann.say('still me');

    const tab = await ann.newTab();
    await tab.goto(`${stage.server.url}/#/room/${room.id}`);
    await tab.locator('.message.is-own').filter({ hasText: 'still me' }).waitFor();
    const people = await eventually(async () => {
      const { participants } = await stage.server.get(`/api/rooms/${room.id}/participants`);
      return participants[0].connections === 2 && participants;
    }, 'two connections');
    assert.deepEqual(people.map(({ username }) => username), ['Ann']);
    const authors = (await stage.server.allMessages(room)).map(({ userId }) => userId);
    assert.deepEqual(authors, [people[0].userId, people[0].userId]);
    await ann.goHome();
    await ann.page.getByRole('list', { name: 'Recent rooms' }).getByText(room.name).waitFor();
  });

  it('who only looks at a board writes nothing on it', async () => {
    const room = await stage.createRoom();
    const [ann] = await stage.visitorsIn(room, ['Ann']);
    const bob = stage.nativeClient('Bob');
    await bob.join(room, { whiteboard: 'patch' });
    // Excalidraw makes up what they lack, their place among the others too.
    const bare = (id, x) => ({
      id, type: 'rectangle', version: 1, versionNonce: 1, x, y: 300, width: 80, height: 60,
    });
    const drawn = await bob.call('whiteboard:patch',
      { roomId: room.id, elements: [bare('a', 300), bare('b', 500), bare('c', 700)] });
    await eventually(async () => (await ann.scene()).length === 3, 'the drawing');
    await ann.page.evaluate(() => new Promise((done) => {
      let frames = 20;
      const next = () => (frames-- > 0 ? requestAnimationFrame(next) : done());
      next();
    }));
    await ann.say('seen');
    await ann.reads('seen');
    const { whiteboard } = await stage.server.get(`/api/rooms/${room.id}/whiteboard`);
    assert.equal(whiteboard.version, drawn.version);
    assert.deepEqual(whiteboard.elements.map(({ version }) => version), [1, 1, 1]);
  });
});
