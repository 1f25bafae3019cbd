// Who can recover a connection's state, and how long: "always" and "off", the time after which it
// is too late, and the number of missed events that is too large. Whoever cannot gets a new
// connection and no part of anything; its application joins again and has the whole state.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Stage } from '../support/stage.mjs';

const BY_HAND = { transports: ['websocket'], reconnection: false };
const ASKED = { ...BY_HAND, auth: { recovery: true } };

/** Ann is dropped while Bob says `missed` lines, and comes back; plays `then(ann, room)`. */
async function afterADrop(settings, options, missed, then) {
  const stage = new Stage(settings);
  await stage.open();
  try {
    const room = await stage.createRoom();
    const bob = stage.nativeClient('Bob');
    await bob.join(room);
    const ann = stage.stockClient('Ann', options);
    await ann.join(room);
    await bob.next('presence:update', (p) => p.count === 2);
    await bob.say(room, 'seen');
    await ann.next('chat:message');
    ann.engine.close();
    await ann.next('disconnect');
    await bob.next('presence:update', (p) => p.count === 1);
    for (let i = 1; i <= missed; ++i) await bob.say(room, `missed ${i}`);
    ann.socket.connect();
    await ann.connected();
    await then(ann, room);
  } finally {
    await stage.close();
  }
}

async function isNew(ann, room) {
  assert.ok(!ann.socket.recovered);
  assert.deepEqual(ann.got('chat:message').map((m) => m.message), ['seen']);
  assert.equal((await ann.say(room, 'hello?')).code, 'not_in_room');
  const joined = await ann.join(room);
  assert.equal(joined.success, true);
  assert.equal(ann.got('chat:history').at(-1).messages.at(-1).seq, joined.seq);
}

describe('recovery', { timeout: 60_000 }, () => {
  it('is for everybody when it is "always"', () => afterADrop(
    { SOCKETIO_RECOVERY: 'always' }, BY_HAND, 2, async (ann) => {
      assert.equal(ann.socket.recovered, true);
      assert.deepEqual(ann.got('chat:message').map((m) => m.message),
        ['seen', 'missed 1', 'missed 2']);
    },
  ));

  it('is for nobody when it is "off"', () => afterADrop(
    { SOCKETIO_RECOVERY: 'off' }, ASKED, 2, async (ann, room) => {
      await isNew(ann, room);
      assert.ok(ann.inbox.log.filter(({ name }) => name === 'chat:message')
        .every(({ args }) => args.length === 1));
    },
  ));

  it('ends with its time', () => afterADrop(
    { SOCKETIO_RECOVERY_WINDOW_MS: 1 }, ASKED, 2, isNew,
  ));

  it('brings everything or nothing when too much was missed', () => afterADrop(
    { ROOMS_WINDOW_COUNT: 5 }, ASKED, 10, isNew,
  ));
});
