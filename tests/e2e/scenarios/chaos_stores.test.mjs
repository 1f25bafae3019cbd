// kill -9 of the server, and of Redis, while people write. Each writer sends a message again, under
// its clientMessageId, until the room says that Redis has it: then each is there exactly once, in
// one order, over REST, in the archive and for everybody who looks.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { NativeFollower } from '../support/follower.mjs';
import { Stage } from '../support/stage.mjs';
import { eventually } from '../support/waiting.mjs';
import { chance, sayUntilAcknowledged } from '../support/writing.mjs';

const WRITERS = 4;
const ROUNDS = 5;
const SETTINGS = {
  LIMITS_EVENTS_PER_SECOND: 0,
  LIMITS_REQUESTS_PER_SECOND: 0,
  ROOMS_DURABLE_TIMEOUT_MS: 400,
  REDIS_RETRY_MAX_MS: 100,
};

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

function play(how, redis, disasters) {
  describe(how, { timeout: 120_000 }, () => {
    const stage = new Stage(SETTINGS, { redis });
    const random = chance(20_240_612);
    let room;
    let writers;
    let said;

    before(() => stage.open());
    after(() => stage.close());
    afterEach(() => stage.clear());

    async function writeUntil(writer, isOver) {
      for (let i = 0; !isOver(); ++i) {
        const id = `${writer.name}-${i}`;
        said.set(id, await sayUntilAcknowledged(writer, id, { durable: true }));
        await pause(random() * 8);
      }
    }

    /** Four write durably while `disaster` strikes again and again. */
    async function writeThrough(disaster, rounds = ROUNDS) {
      said = new Map();
      room = await stage.createRoom();
      writers = Array.from({ length: WRITERS }, (_, i) => stage.follower(
        new NativeFollower(`Writer${i}`, stage.server, room)));
      for (const writer of writers) await writer.follow();
      let isOver = false;
      const written = writers.map((writer) => writeUntil(writer, () => isOver));
      try {
        for (let i = 0; i < rounds; ++i) {
          const before = said.size;
          await eventually(() => said.size > before + 5, 'messages to be acknowledged');
          await pause(random() * 60);
          await disaster(i);
        }
        const before = said.size;
        await eventually(() => said.size > before + 5, 'messages to be acknowledged at the end');
      } finally {
        isOver = true;
      }
      await Promise.all(written);
    }

    function checkOnce(stored, where) {
      const ids = stored.map((m) => m.clientMessageId);
      assert.deepEqual(ids.filter((id, i) => ids.indexOf(id) !== i), [], `${where}: doubled`);
      assert.deepEqual([...said.keys()].filter((id) => !ids.includes(id)), [], `${where}: lost`);
      assert.deepEqual(ids.filter((id) => !said.has(id)), [], `${where}: never said`);
      for (let i = 1; i < stored.length; ++i) {
        assert.ok(stored[i - 1].seq < stored[i].seq, `${where}: order of seq`);
        assert.ok(stored[i - 1].id < stored[i].id, `${where}: order of id`);
      }
      for (const m of stored) assert.deepEqual(m, said.get(m.clientMessageId), where);
    }

    async function checkEverywhere() {
      const rest = await stage.server.allMessages(room);
      checkOnce(rest, 'REST');
      checkOnce(await stage.redis.archive(room), 'archive');
      const hot = await stage.redis.command('LRANGE', `room:${room.id}:messages`, '0', '-1');
      assert.deepEqual(hot.map((text) => JSON.parse(text)).reverse(), rest.slice(-100));
      for (const writer of writers) assert.deepEqual(writer.faults, [], writer.name);
    }

    for (const [name, { strike, check, rounds }] of Object.entries(disasters)) {
      it(name, async () => {
        await writeThrough((i) => strike(stage, i), rounds);
        check(writers);
        await checkEverywhere();
        await stage.server.restart();
        await checkEverywhere();
      });
    }
  });
}

async function killServer(stage) {
  await stage.server.kill();
  await stage.server.start();
}

async function killRedis(stage, i) {
  await stage.redis.kill();
  await pause(i % 2 === 0 ? 0 : 600);
  await stage.redis.comeBack();
}

async function loseRedis(stage) {
  await stage.redis.kill();
  await stage.redis.comeBack({ empty: true });
}

const goesOn = (writers) => {
  for (const { epochs, resets } of writers) {
    assert.equal(epochs.length, 1, 'the room stayed in memory');
    assert.equal(resets, 0);
  }
};

const newEpochs = (writers) => {
  for (const { name, epochs } of writers) {
    assert.equal(epochs.length, ROUNDS + 1, `${name}: ${epochs}`);
    assert.equal(new Set(epochs).size, epochs.length, 'an epoch never comes back');
  }
};

play('kill -9 of the server', { appendfsync: 'always' }, {
  'loses nothing persisted, doubles nothing, and begins a new epoch': {
    strike: killServer, check: newEpochs,
  },
});

for (const appendfsync of ['always', 'everysec'])
  play(`kill -9 of Redis, appendfsync ${appendfsync}`, { appendfsync }, {
    'loses nothing persisted and doubles nothing': { strike: killRedis, check: goesOn },
    'nor when server and Redis go together': {
      strike: async (stage, i) => {
        await stage.server.kill();
        await killRedis(stage, i);
        await stage.server.start();
      },
      check: newEpochs,
    },
  });

play('a Redis that comes back empty', true, {
  'is filled again by the room that lives': { strike: loseRedis, check: goesOn, rounds: 3 },
});
