// Messages that left the room's memory before Redis has confirmed them: nobody's page lacks them.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { Stage } from '../support/stage.mjs';

describe('messages beyond the window that Redis has not got yet', { timeout: 60_000 }, () => {
  const stage = new Stage({ LIMITS_EVENTS_PER_SECOND: 0 }, { redis: true });

  before(() => stage.open());
  after(() => stage.close());
  afterEach(() => stage.clear());

  it('are on every page that they belong to, or the page is refused', async () => {
    const room = await stage.createRoom();
    const ann = stage.nativeClient('Ann');
    await ann.join(room);
    await ann.say(room, 'there', { durable: true });
    await stage.redis.command('CLIENT', 'PAUSE', '1000', 'ALL');
    const said = await Promise.all(Array.from({ length: 1_500 }, (_, i) => ann.say(room, `${i}`)));
    const before = said[600].message;
    const page = await ann.call('chat:history', { roomId: room.id, limit: 200, before: before.id });
    if (!page.success) {
      assert.equal(page.code, 'store_unavailable');
      return;
    }
    assert.deepEqual(page.messages.map((m) => m.seq),
      Array.from({ length: 200 }, (_, i) => before.seq - 200 + i));
    assert.equal(page.hasMore, true);
  });
});
