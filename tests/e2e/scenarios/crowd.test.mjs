// 200 stock clients come into one room at once, each of them joins by long-polling and is upgraded
// to WebSocket while everybody talks: right after the connect, when the upgrade begins and when it
// is done, over whatever transport the client has then. Each client must get every message from its
// join on, once and in order, and each message must have been posted once: `seq` shows it.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { Stage } from '../support/stage.mjs';

const CROWD = 200;

describe('a crowd that is upgraded while it talks', { timeout: 120_000 }, () => {
  // All of them come from one address, and talk through one process.
  const stage = new Stage({ LIMITS_CONNECTIONS_PER_IP: 0, LIMITS_EVENTS_PER_SECOND: 0 });

  before(() => stage.open());
  after(() => stage.close());
  afterEach(() => stage.clear());

  /** Results of what `person` says at each step of its way in. */
  function talksOnItsWayIn(person, room) {
    const saying = [];
    let saidAll;
    person.saidAll = new Promise((resolve) => { saidAll = resolve; });
    person.saidBy = [];
    const say = (when) => {
      // An upgrade can be faster than the CONNECT; what is said before that would go ahead of the
      // join.
      if (!person.socket.connected) return person.socket.once('connect', () => say(when));
      person.saidBy.push(person.engine.transport.name);
      saying.push(person.say(room, `${person.name} ${when}`));
      if (saying.length === 3) saidAll();
    };
    person.joining = new Promise((resolve, reject) => {
      person.socket.once('connect', () => {
        person.join(room).then(resolve, reject);
        say('connected');
      });
    });
    person.socket.io.once('open', () => {
      person.engine.once('upgrading', () => say('upgrading'));
      person.engine.once('upgrade', () => say('upgraded'));
    });
    return saying;
  }

  function inARow(first, last) {
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
  }

  it('loses nothing, doubles nothing and keeps the order', async () => {
    const room = await stage.createRoom({ maxParticipants: CROWD + 1 });
    const witness = stage.nativeClient('Witness');
    await witness.join(room);
    const crowd = Array.from({ length: CROWD }, (_, i) => stage.stockClient(`P${i}`));
    const sayings = crowd.map((person) => talksOnItsWayIn(person, room));

    const joins = await Promise.all(crowd.map((person) => person.joining));
    assert.ok(joins.every((joined) => joined.success), joins.find((j) => !j.success)?.error);
    await Promise.all(crowd.map((person) => person.uses('websocket')));
    await Promise.all(crowd.map((person) => person.saidAll));
    const results = await Promise.all(sayings.flat());
    assert.deepEqual(results.filter((result) => !result.success), []);
    const { message: last } = await witness.say(room, 'the end');
    await Promise.all([witness, ...crowd].map(
      (person) => person.next('chat:message', (m) => m.id === last.id)));

    // Each message was posted once and has a number of its own.
    assert.equal(results.length, 3 * CROWD);
    assert.equal(last.seq, results.length + 1);
    assert.deepEqual(results.map((r) => r.message.seq).sort((a, b) => a - b),
      inARow(1, results.length));
    assert.deepEqual(witness.chatSeqs(room), inARow(1, last.seq));
    crowd.forEach((person, i) => {
      const { seq } = joins[i];
      const [{ messages }] = person.got('chat:history');
      assert.deepEqual(messages.map((m) => m.seq), inARow(Math.max(1, seq - 49), seq), person.name);
      assert.deepEqual(person.chatSeqs(room), inARow(seq + 1, last.seq), person.name);
      const own = person.got('chat:message').filter((m) => m.userId === person.identity.userId);
      assert.deepEqual(own.map((m) => m.message.split(' ')[1]),
        ['connected', 'upgrading', 'upgraded']);
      assert.equal(person.saidBy.at(-1), 'websocket');
      assert.equal(person.got('disconnect').length + person.got('error').length, 0);
    });
    assert.equal((await witness.call('presence:list', { roomId: room.id })).count, CROWD + 1);
  });
});
