// A storm of joins into one room: what one client is sent grows with the number of joins, not with
// its square, and its roster is right at the end.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { Process } from '../support/process.mjs';
import { Roster, pagedRoster, shown } from '../support/roster.mjs';
import { Stage } from '../support/stage.mjs';
import { eventually } from '../support/waiting.mjs';

const PROGRAM = fileURLToPath(new URL('../support/crowd_of_one_process.mjs', import.meta.url));

describe('a storm of joins', { timeout: 180_000 }, () => {
  const stage = new Stage({ LIMITS_CONNECTIONS_PER_IP: 0 });
  const crowds = [];

  before(() => stage.open());
  after(() => stage.close());
  afterEach(async () => {
    for (const crowd of crowds.splice(0)) await crowd.end('SIGKILL');
    await stage.clear();
  });

  /** Bytes that one witness was sent about the presence of so many. */
  async function storm(joins) {
    const room = await stage.createRoom({ maxParticipants: 5_000 });
    const witness = stage.nativeClient('Witness');
    const roster = new Roster(witness, room);
    await witness.join(room);
    let bytes = 0;
    witness.ws.on('message', (data) => { bytes += data.length; });
    const crowd = new Process(process.execPath,
      [PROGRAM, stage.server.wsUrl, room.id, '0', String(joins)]);
    crowds.push(crowd);
    await crowd.written(/^in$/m);
    await eventually(() => roster.count === joins + 1, 'everybody to be counted');
    const told = bytes;
    assert.deepEqual(roster.sorted, shown(await pagedRoster(witness, room)));
    assert.deepEqual(roster.faults, []);
    await crowd.end('SIGKILL');
    return told;
  }

  it('costs each client bytes in proportion', async () => {
    const few = await storm(500);
    const many = await storm(2_000);
    assert.ok(many / few < 6, `${few} bytes for 500 joins, ${many} for 2,000`);
    assert.ok(many / 2_000 < 500, `${many / 2_000} bytes a join`);
  });
});
