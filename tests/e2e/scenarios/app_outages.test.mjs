// What happens to people with browsers when the server dies under their hands, or the network does:
// they go on talking and drawing, and when it is back everything is there, once, for everybody.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { AppStage, LOST, together, WITH_APP } from '../support/app.mjs';
import { TcpForwarder } from '../support/forwarders.mjs';

const EXPECTED = { expected: LOST };

/** All of them at once. */
const each = (visitors, does) => Promise.all(visitors.map(does));

describe('pages through an outage', WITH_APP, () => {
  const stage = new AppStage({}, { redis: true });
  let room;

  before(() => stage.open());
  after(() => stage.close());
  afterEach(() => stage.clear());

  it('of the server, killed while they write and draw', async () => {
    room = await stage.createRoom();
    const visitors = await stage.visitorsIn(room, ['Ann', 'Bob', 'Cleo'], EXPECTED);
    await each(visitors, (visitor) => visitor.pick('freedraw'));
    const busy = each(visitors, (visitor) => visitor.sayAndScribble(4));
    await visitors[0].reads('Bob says 0');
    await stage.server.kill();
    await busy;
    await each(visitors, (visitor) => visitor.connectionIs('Connection lost'));
    await each(visitors, (visitor) => visitor.sayAndScribble(2, 4));
    await visitors[0].page.getByText('What you write is kept and sent then.').waitFor();
    const more = each(visitors, (visitor) => visitor.sayAndScribble(3, 6));
    await stage.server.start();
    await more;
    await each(visitors, (visitor) => visitor.connectionIs('Connected'));
    await stage.agree(room, visitors, together(visitors));
    const [newcomer] = await stage.visitorsIn(room, ['Nora']);
    await stage.agree(room, [...visitors, newcomer], together(visitors));

    // And what they see is what is stored.
    await each(visitors, (visitor) => visitor.page.locator('[data-delivery=persisted]').last().waitFor());
    await stage.server.restart();
    await stage.agree(room, [...visitors, newcomer], together(visitors));
    newcomer.expected = LOST;
  });

  it('of one’s network, cut again and again', async () => {
    room = await stage.createRoom();
    const network = await stage.with(new TcpForwarder(stage.server.port));
    const [ann] = await stage.visitorsIn(room, ['Ann'], { url: network.url, ...EXPECTED });
    const [bob] = await stage.visitorsIn(room, ['Bob']);
    bob.place = 1;
    await each([ann, bob], (visitor) => visitor.pick('freedraw'));
    for (let round = 0; round < 3; ++round) {
      const busy = each([ann, bob], (visitor) => visitor.sayAndScribble(2, round * 3));
      await bob.reads(`Ann says ${round * 3}`);
      network.cutNow();
      await busy;
      await ann.connectionIs('Connection lost');
      await ann.sayAndScribble(1, round * 3 + 2);
      network.mend();
      await ann.tryNow();
    }
    await stage.agree(room, [ann, bob], together([ann, bob]));
    const { participants } = await stage.server.get(`/api/rooms/${room.id}/participants`);
    assert.deepEqual(participants.map((p) => p.username).sort(), ['Ann', 'Bob']);
  });
});
