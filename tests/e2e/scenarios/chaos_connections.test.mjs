// Two hundred lost connections, at any point, in the middle of a frame too, while five others write
// and draw: whoever comes back has the same sequence as everybody, without a gap and nothing twice.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { NativeFollower, RecoveringFollower } from '../support/follower.mjs';
import { Stage } from '../support/stage.mjs';
import { chance, writeOn } from '../support/writing.mjs';

const LOSSES = 200;
const WRITERS = 5;

describe('two hundred lost connections', { timeout: 120_000 }, () => {
  const stage = new Stage({ LIMITS_EVENTS_PER_SECOND: 0 });
  const random = chance(20_240_611);

  before(() => stage.open());
  after(() => stage.close());
  afterEach(() => stage.clear());

  async function letIn(room, names) {
    const people = names.map((name) => stage.follower(
      new NativeFollower(name, stage.server, room)));
    for (const person of people) await person.follow();
    return people;
  }

  /** Plays `lose` while the others write; then all copies are the same. */
  async function play(room, unlucky, lose) {
    const writers = await letIn(room, Array.from({ length: WRITERS }, (_, i) => `Writer${i}`));
    let isOver = false;
    const written = writers.map((w) => writeOn(w, () => isOver, random, { draws: true }));
    try {
      for (let i = 0; i < LOSSES; ++i) await lose(i);
    } finally {
      isOver = true;
    }
    await Promise.all(written);
    await unlucky.settled();
    const everybody = [...writers, unlucky];
    for (const person of everybody) await person.call('presence:list', {});
    const [first] = writers;
    assert.ok(first.chat.length > LOSSES, `${first.chat.length} mutations`);
    for (const person of everybody) {
      assert.deepEqual(person.faults, [], person.name);
      assert.equal(person.resets, 0, `${person.name} was served whole`);
      assert.deepEqual(person.chat, first.chat, person.name);
      assert.deepEqual(person.texts, first.texts, person.name);
      assert.deepEqual(person.mutations.map((m) => m.seq),
        person.mutations.map((_, i) => i + 1), `${person.name} has every number once`);
    }
    assert.equal(unlucky.epochs.length, 1);
  }

  it('are made up for by `since` natively', async () => {
    const room = await stage.createRoom();
    const [unlucky] = await letIn(room, ['Unlucky']);
    await play(room, unlucky, async (i) => {
      await new Promise((resolve) => { setTimeout(resolve, random() * 20); });
      if (i % 3 === 0) await unlucky.settled();
      if (i % 4 === 3) unlucky.breakAfter(Math.floor(random() * 3_000));
      else unlucky.breakLine({ half: i % 2 === 0 });
    });
    assert.ok(unlucky.recoveries > LOSSES / 4, `${unlucky.recoveries} recoveries`);
  });

  it('are made up for by the stock client\'s recovery', async () => {
    const room = await stage.createRoom();
    const unlucky = stage.follower(new RecoveringFollower('Unlucky', stage.server, room,
      { transports: ['websocket'] }));
    await unlucky.follow();
    await play(room, unlucky, async (i) => {
      await unlucky.settled();
      await new Promise((resolve) => { setTimeout(resolve, random() * 15); });
      unlucky.breakLine({ half: i % 2 === 0 });
    });
    assert.ok(unlucky.recoveries > LOSSES / 2, `${unlucky.recoveries} recoveries`);
  });
});
