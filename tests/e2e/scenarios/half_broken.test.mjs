// Sessions by long-polling of which one request breaks while another is fine, and servers that go
// away while a client is between two polls: whatever can still be answered is, with all there is to
// say, and a place that is not used any more is free for others at once.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { TcpForwarder } from '../support/forwarders.mjs';
import { HalfPost } from '../support/half_post.mjs';
import { pool, request } from '../support/http.mjs';
import { Stage } from '../support/stage.mjs';
import { eventually, within } from '../support/waiting.mjs';

/** What is to happen at once, in ms: no deadline of the server's is so short. */
const AT_ONCE_MS = 3_000;

describe('a polling session', { timeout: 60_000 }, () => {
  const PLACES = 2;
  const stage = new Stage({ LIMITS_CONNECTIONS_PER_IP: PLACES });

  before(() => stage.open());
  after(() => stage.close());
  afterEach(() => stage.clear());

  const halfPost = async (session) => {
    const post = new HalfPost(stage.server.url, session.sid);
    await stage.with({ open: () => post.begun(), close: () => post.close() });
    return post;
  };

  async function allPlacesAreTaken() {
    const sessions = [];
    while (sessions.length < PLACES) {
      const session = await eventually(() => stage.pollingSession(), 'a place');
      await session.connect();
      sessions.push(session);
    }
    const refused = await request(`${stage.server.url}/socket.io/?EIO=4&transport=polling`);
    assert.equal(refused.status, 429);
    return sessions;
  }

  for (const how of ['end', 'reset']) {
    it(`whose POST breaks by ${how} answers its poll and leaves its place`, async () => {
      const sessions = await allPlacesAreTaken();
      // Unanswered, they would keep their sessions.
      const held = sessions.map((session) => session.get());
      for (const session of sessions) (await halfPost(session))[how]();
      for (const poll of held) {
        const { status, body } = await within(poll, 'the held poll to be answered', AT_ONCE_MS);
        assert.deepEqual([status, body], [200, '1']);
      }
      for (let i = 0; i < PLACES; ++i) {
        await eventually(() => stage.pollingSession(), 'a free place', AT_ONCE_MS);
      }
      for (const session of sessions) assert.ok(await session.isGone());
    });
  }

  it('whose poll breaks refuses the rest of its POST, and leaves its place then', async () => {
    const line = await stage.with(new TcpForwarder(stage.server.port));
    const session = await stage.pollingSession({ url: line.url });
    await session.connect();
    const held = session.get();
    held.catch(() => {});
    const post = await halfPost(session);
    await line.cut();
    line.mend();
    await assert.rejects(held);
    await eventually(() => session.isGone(), 'the session to be gone', AT_ONCE_MS);
    assert.match(await post.finish(), /^HTTP\/1\.1 400 /);
    for (let i = 0; i < PLACES; ++i) {
      await eventually(() => stage.pollingSession(), 'a free place', AT_ONCE_MS);
    }
  });
});

describe('a server that goes away', { timeout: 60_000 }, () => {
  const stage = new Stage({ LIMITS_EVENTS_PER_SECOND: 0 });

  before(() => stage.open());
  after(() => stage.close());
  afterEach(() => stage.clear());

  it('says everything in the next poll of a client that held none', async () => {
    const line = pool(1);
    const room = await stage.createRoom();
    const bob = stage.nativeClient('Bob');
    await bob.join(room);
    const session = await stage.pollingSession();
    await session.connect();
    await session.call(1, 'join', { roomId: room.id, userId: 'raw', username: 'Raw' });
    await session.caughtUp(room);
    // The last poll before the end leaves its connection open, which the next one uses.
    const poll = session.get({ agent: line });
    await bob.say(room, 'first');
    assert.match((await poll).body, /"message":"first"/);
    const said = Array.from({ length: 50 }, (_, i) => `line ${i}`);
    for (const text of said) await bob.say(room, text);

    const stopping = stage.server.stop();
    await bob.next('server:shutdown');
    const { status, body } = await session.get({ agent: line });
    assert.equal(status, 200);
    const packets = body.split('\x1e');
    assert.deepEqual(packets.filter((packet) => packet.startsWith('42["chat:message"'))
      .map((packet) => JSON.parse(packet.slice(2))[1].message), said);
    assert.match(packets.at(-2), /^42\["server:shutdown"/);
    assert.equal(packets.at(-1), '1');
    line.destroy();
    await stopping;
  });
});
