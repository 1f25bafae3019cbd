// A hundred clients whose process is killed, so that their sockets end without a word. Half of them
// come back within the grace time: nobody sees those go or come; the others go when it is over. What
// a native and a stock client know from events alone is what the server says when asked.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { Process } from '../support/process.mjs';
import { Roster, pagedRoster, shown } from '../support/roster.mjs';
import { Stage } from '../support/stage.mjs';
import { eventually } from '../support/waiting.mjs';

const CROWD = 100;
const GRACE_MS = 4_000;
const PROGRAM = fileURLToPath(new URL('../support/crowd_of_one_process.mjs', import.meta.url));

const numbers = (first, count) => Array.from({ length: count }, (_, i) => `u${first + i}`);

for (const fullLimit of [50, 1_000]) {
  describe(`kill -9 of ${CROWD} clients, presence.full_limit ${fullLimit}`, { timeout: 120_000 }, () => {
    const stage = new Stage({ ROOMS_GRACE_MS: GRACE_MS, PRESENCE_FULL_LIMIT: fullLimit,
      LIMITS_CONNECTIONS_PER_IP: 0 }, { redis: true });
    const crowds = [];

    before(() => stage.open());
    after(() => stage.close());
    afterEach(async () => {
      for (const crowd of crowds.splice(0)) if (crowd.isRunning) await crowd.end('SIGKILL');
      await stage.clear();
    });

    async function crowdOf(room, first, count) {
      const crowd = new Process(process.execPath,
        [PROGRAM, stage.server.wsUrl, room.id, String(first), String(count)]);
      crowds.push(crowd);
      await crowd.written(/^in$/m);
      return crowd;
    }

    it('keeps the places of those who come back, and the others go', async () => {
      const room = await stage.createRoom({ maxParticipants: 300 });
      const watchers = [stage.nativeClient('Nora'), stage.stockClient('Sam')];
      const rosters = [];
      for (const person of watchers) {
        rosters.push(new Roster(person, room));
        await person.join(room);
      }
      const crowd = await crowdOf(room, 0, CROWD);
      const settled = (text, count, people) => eventually(
        () => rosters.every((r) => r.count === count && r.people.size === people), text);
      await settled('everybody to be in', CROWD + 2, CROWD + 2);

      for (const roster of rosters) roster.mark();
      // The server may hear of it before the end of the process is known here.
      const alive = performance.now();
      await crowd.end('SIGKILL');
      const killedAt = performance.now();
      await settled('the lost ones to be away', 2, CROWD + 2);
      for (const roster of rosters) {
        for (const user of numbers(0, CROWD)) assert.equal(roster.people.get(user).status, 'away');
      }
      assert.deepEqual(await stage.redis.command('HKEYS', `room:${room.id}:participants`)
        .then((names) => names.sort()), ['nora', 'sam']);

      await crowdOf(room, 0, CROWD / 2);
      assert.ok(performance.now() - killedAt < GRACE_MS, 'they were back in time');
      await settled('half of them to be back', CROWD / 2 + 2, CROWD + 2);
      for (const roster of rosters) assert.deepEqual(roster.changes, [], 'nobody came or went');

      await settled('the other half to be gone', CROWD / 2 + 2, CROWD / 2 + 2);
      assert.ok(performance.now() - alive >= GRACE_MS, 'not before its time');
      for (const [i, roster] of rosters.entries()) {
        assert.deepEqual([...roster.changes].sort(),
          numbers(CROWD / 2, CROWD / 2).map((user) => `-${user}`).sort());
        assert.deepEqual(roster.faults, []);
        const paged = await pagedRoster(watchers[i], room);
        assert.deepEqual(roster.sorted, shown(paged));
        assert.ok(paged.every(({ status, connections }) => status === 'online' && connections === 1));
      }
      const { participants } = await stage.server.get(`/api/rooms/${room.id}/participants`);
      assert.deepEqual(shown(participants), rosters[0].sorted);
      await eventually(async () => await stage.redis.command('HLEN', `room:${room.id}:participants`)
        === CROWD / 2 + 2, 'Redis to name those who are in');
    });

    it('counts tabs as connections of one participant', async () => {
      const room = await stage.createRoom();
      const nora = stage.nativeClient('Nora');
      const roster = new Roster(nora, room);
      await nora.join(room);
      const tabs = [stage.nativeClient('Ann'), stage.stockClient('Ann'), stage.nativeClient('Ann')];
      for (const tab of tabs) assert.equal((await tab.join(room)).success, true);
      await nora.caughtUp(room);
      assert.equal(roster.count, 2);
      await eventually(() => roster.people.get('ann')?.connections === 3, 'three connections');
      roster.mark();
      tabs[0].leaveTheServer();
      await eventually(() => roster.people.get('ann').connections === 2, 'two connections');
      assert.equal(roster.people.get('ann').status, 'online');
      assert.equal((await tabs[1].call('presence:status',
        { roomId: room.id, status: 'busy', text: 'in a meeting' })).success, true);
      await eventually(() => roster.people.get('ann').status === 'busy', 'her to be busy');
      assert.equal(roster.people.get('ann').text, 'in a meeting');
      tabs[1].leaveTheServer();
      tabs[2].leaveTheServer();
      await eventually(() => roster.people.get('ann').status === 'away', 'her to be away');
      const back = stage.stockClient('Ann');
      const { participants } = await back.join(room);
      assert.equal(participants.find(({ userId }) => userId === 'ann').status, 'busy',
        'what she said about herself was not lost with the connection');
      await eventually(() => roster.people.get('ann').status === 'busy', 'her to be busy again');
      assert.deepEqual(roster.changes, []);
      await back.call('leave', { roomId: room.id });
      await eventually(() => !roster.people.has('ann'), 'her to be gone at once', 1_500);
      assert.deepEqual(roster.faults, []);
    });
  });
}
