// Pages of other origins: which of them may use /socket.io/, and what a browser is told about it.
// Listed origins may, with their cookies; others get 403, by polling and by WebSocket, and no
// header that a browser would take for a permission. Without a list only pages of the server's own
// origin may. Clients that are no page send no Origin.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { request } from '../support/http.mjs';
import { Stage } from '../support/stage.mjs';

const LISTED = 'https://app.example';
const ALSO_LISTED = 'http://localhost:3000';
const FOREIGN = 'https://evil.example';

describe('origins', { timeout: 60_000 }, () => {
  const stage = new Stage({ LIMITS_ALLOWED_ORIGINS: `${LISTED},${ALSO_LISTED}` });

  before(() => stage.open());
  after(() => stage.close());
  afterEach(() => stage.clear());

  const ask = (query, headers, options = {}) => request(
    `${stage.server.url}/socket.io/?EIO=4&transport=polling${query}`, { headers, ...options });

  function assertAllowed({ headers }, origin) {
    assert.equal(headers['access-control-allow-origin'], origin);
    assert.equal(headers['access-control-allow-credentials'], 'true');
    assert.match(headers.vary ?? '', /\bOrigin\b/i);
  }

  function assertNotAllowed({ headers }) {
    assert.equal(headers['access-control-allow-origin'], undefined);
  }

  it('that are listed may poll, and read refusals too', async () => {
    for (const origin of [LISTED, ALSO_LISTED]) {
      const session = await stage.pollingSession({ headers: { origin } });
      const posted = await session.post('40');
      assert.equal(posted.status, 200);
      assertAllowed(posted, origin);
      const got = await session.get();
      assert.equal(got.status, 200);
      assertAllowed(got, origin);
      const refused = await ask('&sid=abcdefghijklmnopqrst', { origin });
      assert.equal(refused.status, 400);
      assertAllowed(refused, origin);
    }
  });

  it('that are listed get their preflight answered, with or without a session', async () => {
    for (const query of ['', '&sid=abcdefghijklmnopqrst']) {
      const answer = await ask(query, {
        origin: LISTED,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type, x-own',
      }, { method: 'OPTIONS' });
      assert.equal(answer.status, 204);
      assertAllowed(answer, LISTED);
      assert.match(answer.headers['access-control-allow-methods'], /\bGET\b.*\bPOST\b/);
      assert.match(answer.headers['access-control-allow-headers'].toLowerCase(), /content-type/);
    }
  });

  it('that are not listed may nothing', async () => {
    for (const origin of [FOREIGN, 'null', `${LISTED}.evil.example`, 'http://app.example']) {
      const polled = await ask('', { origin });
      assert.equal(polled.status, 403, origin);
      assertNotAllowed(polled);
      const preflight = await ask('', {
        origin, 'access-control-request-method': 'POST',
      }, { method: 'OPTIONS' });
      assertNotAllowed(preflight);
      const raw = stage.rawWebSocket('', { origin });
      assert.equal((await raw.inbox.next('refused')).payload, 403);
    }
  });

  it('that are not listed cannot use a session that they heard of', async () => {
    const session = await stage.pollingSession();
    await session.connect();
    const stolen = await ask(`&sid=${session.sid}`, { origin: FOREIGN },
      { method: 'POST', body: '1' });
    assert.equal(stolen.status, 403);
    const raw = stage.rawWebSocket(`&sid=${session.sid}`, { origin: FOREIGN });
    assert.equal((await raw.inbox.next('refused')).payload, 403);
    await session.call(1, 'presence:list', { roomId: '000000' });
  });

  it('are not asked for of clients that are no page', async () => {
    assert.equal((await ask('', {})).status, 200);
    await stage.rawWebSocket().connect();
  });

  it('do not bother the stock client with credentials', async () => {
    for (const transports of [['polling'], ['websocket'], ['polling', 'websocket']]) {
      const room = await stage.createRoom();
      const ann = stage.stockClient('Ann', {
        transports, withCredentials: true, extraHeaders: { origin: LISTED },
      });
      assert.equal((await ann.join(room)).success, true);
      await ann.uses(transports.at(-1));
      const stranger = stage.stockClient('Eve', {
        transports, reconnection: false, extraHeaders: { origin: FOREIGN },
      });
      await stranger.next('connect_error');
    }
  });
});

describe('origins without a list', { timeout: 60_000 }, () => {
  const stage = new Stage();

  before(() => stage.open());
  after(() => stage.close());
  afterEach(() => stage.clear());

  it('have to be the server’s own', async () => {
    const url = `${stage.server.url}/socket.io/?EIO=4&transport=polling`;
    const polled = (origin) => request(url, { headers: { origin } });
    assert.equal((await polled(stage.server.url)).status, 200);
    await stage.rawWebSocket('', { origin: stage.server.url }).connect();
    assert.equal((await polled(LISTED)).status, 403);
    const foreign = stage.rawWebSocket('', { origin: LISTED });
    assert.equal((await foreign.inbox.next('refused')).payload, 403);
  });
});
