// Pages and searches of a room that others write into, with a small window, so that most of it is
// read from the archive: held against a naive model on random text in several languages.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import { Stage } from '../support/stage.mjs';
import { chance } from '../support/writing.mjs';

const WORDS = ['Straße', 'STRASSE', 'whiteboard', 'Board', 'こんにちは世界', '世界', 'Привет', 'ПРИВЕТ',
  'μῆνις', 'ΟΔΟΣ', 'Ｆｕｌｌ', 'full', 'ﬁne', 'fine', 'مرحبا', 'שלום', '🎈', 'c++', '100%', 'naïve',
  'nai\u0308ve', 'naive', 'a', 'ZZ', 'e-mail', '안녕하세요', 'สวัสดี'];
const QUERIES = [...WORDS, 'zz', 'ss', 'rd', '世', 'при', 'οδοσ', 'ﬁ', 'STRASSE a', 'board full',
  '🎈 a', 'nowhere', '안녕'];
const WINDOW = 40;

// NFKC_Casefold, as far as these words need it.
const fold = (text) => text.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC')
  .replaceAll('ς', 'σ');

describe('pages and searches while others write', { timeout: 120_000 }, () => {
  const stage = new Stage({
    ROOMS_WINDOW_COUNT: WINDOW, ROOMS_IDLE_MS: 300, LIMITS_EVENTS_PER_SECOND: 0,
    LIMITS_REQUESTS_PER_SECOND: 0,
  }, { redis: true });
  const random = chance(20_240_613);
  const pick = (list) => list[Math.floor(random() * list.length)];
  /** id -> {id, seq, text}; text is null once deleted. */
  const model = new Map();
  let room;

  before(() => stage.open());
  after(() => stage.close());
  afterEach(() => stage.clear());

  const text = () => Array.from({ length: 1 + Math.floor(random() * 5) }, () => pick(WORDS))
    .join(pick([' ', '  ', ', ', '']));
  const inOrder = () => [...model.values()].sort((a, b) => a.seq - b.seq);
  const found = (query) => {
    const words = fold(query).split(/\s+/);
    return inOrder().reverse()
      .filter((m) => m.text !== null && words.every((word) => fold(m.text).includes(word)))
      .map((m) => m.id);
  };

  const search = async (person, query) => {
    const result = await person.call('chat:search', { roomId: room.id, query, limit: 200 });
    assert.equal(result.success, true, `${query}: ${result.error}`);
    return result;
  };
  const searchRest = async (query) => {
    const path = `/api/rooms/${room.id}/messages?limit=200&q=${encodeURIComponent(query)}`;
    const result = await stage.server.get(path);
    assert.equal(result.success, true, `${query}: ${result.error}`);
    return result;
  };
  const finds = async (person, query) => (await search(person, query)).messages.map((m) => m.id);

  /** One word that nobody else says is found as soon as the result is there, or not any more. */
  async function checkOwn(person, m, old, now) {
    if (now) assert.deepEqual(await finds(person, now), [m.id], 'an own write is found at once');
    if (old) assert.deepEqual(await finds(person, old), [], 'what it said before is not');
  }

  async function write(person, count) {
    const own = [];
    for (let i = 0; i < count; ++i) {
      const mark = `${person.name}q${i}q${Math.floor(random() * 1e9)}`;
      const dice = random();
      if (dice < 0.7 || own.length === 0) {
        const said = `${text()} ${mark}`;
        const { message } = await person.say(room, said);
        const m = { id: message.id, seq: message.seq, text: said, mark };
        model.set(m.id, m);
        own.push(m);
        await checkOwn(person, m, null, i % 3 === 0 ? mark : null);
      } else if (dice < 0.9) {
        const m = pick(own);
        const changed = `${text()} ${mark}`;
        const result = await person.call('chat:edit', { roomId: room.id, id: m.id, message: changed });
        assert.equal(result.success, true, result.error);
        const old = m.mark;
        Object.assign(m, { text: changed, mark });
        await checkOwn(person, m, old, mark);
      } else {
        const [m] = own.splice(Math.floor(random() * own.length), 1);
        const result = await person.call('chat:delete', { roomId: room.id, id: m.id });
        assert.equal(result.success, true, result.error);
        m.text = null;
        await checkOwn(person, m, m.mark, null);
      }
    }
  }

  async function page(ask, direction) {
    const all = [];
    const limit = 1 + Math.floor(random() * 60);
    let at = {};
    for (let hasMore = true; hasMore;) {
      const answer = await ask({ limit, ...at });
      assert.equal(answer.success, true, answer.error);
      assert.equal(answer.count, answer.messages.length);
      assert.ok(answer.count <= limit);
      if (direction === 'after') all.push(...answer.messages);
      else all.unshift(...answer.messages);
      ({ hasMore } = answer);
      if (answer.count === 0) assert.equal(hasMore, false);
      else at = { [direction]: (direction === 'after' ? all.at(-1) : all[0]).id };
    }
    return all;
  }

  const overRest = (fields) => stage.server.get(
    `/api/rooms/${room.id}/messages?${new URLSearchParams(fields)}`);

  /** Both ways, both directions; `after` begins behind the first message. */
  async function pages(person) {
    const [first] = inOrder();
    const byEvent = (fields) => person.call('chat:history', { roomId: room.id, ...fields });
    const beginning = (ask) => (fields) => ask(fields.after ? fields : { ...fields, after: first.id });
    return {
      'REST before': (await page(overRest, 'before')).slice(1),
      'event before': (await page(byEvent, 'before')).slice(1),
      'REST after': await page(beginning(overRest), 'after'),
      'event after': await page(beginning(byEvent), 'after'),
    };
  }

  async function checkWhole(person) {
    const expected = inOrder().slice(1).map((m) => `${m.id} ${m.text ?? '(deleted)'}`);
    for (const [how, messages] of Object.entries(await pages(person)))
      assert.deepEqual(messages.map((m) => `${m.id} ${m.deletedAt ? '(deleted)' : m.message}`),
        expected, how);
    for (const query of QUERIES) {
      const all = found(query);
      for (const result of [await search(person, query), await searchRest(query)]) {
        assert.deepEqual(result.messages.map((m) => m.id), all.slice(0, 200), query);
        assert.equal(result.hasMore, all.length > 200, `${query}: hasMore`);
      }
    }
  }

  async function comeIn(name) {
    const person = stage.nativeClient(name);
    assert.equal((await person.join(room)).success, true);
    return person;
  }

  it('show what was there when they began, and in the end exactly what there is', async () => {
    room = await stage.createRoom();
    const writers = [];
    for (const name of ['Wa', 'Wb', 'Wc']) writers.push(await comeIn(name));
    await write(writers[0], 100);
    await writers[0].say(room, 'kept', { durable: true }).then(({ message }) => {
      model.set(message.id, { id: message.id, seq: message.seq, text: 'kept', mark: 'kept' });
    });
    const reader = await comeIn('Reader');
    let isOver = false;
    const written = Promise.all(writers.map((w) => write(w, 150))).finally(() => { isOver = true; });
    while (!isOver) {
      const there = inOrder().slice(1, 70).map((m) => m.id);
      for (const [how, messages] of Object.entries(await pages(reader))) {
        const ids = messages.map((m) => m.id);
        assert.deepEqual(ids, [...new Set(ids)].sort(), `${how}: in order, each once`);
        const seen = new Set(ids);
        assert.deepEqual(there.filter((id) => !seen.has(id)), [], `${how}: nothing is missing`);
      }
      const results = (await search(reader, pick(QUERIES))).messages.map((m) => m.id);
      assert.deepEqual(results, [...new Set(results)].sort().reverse(), 'newest first, each once');
    }
    await written;
    await checkWhole(reader);
  });

  it('and the same after restarts, from the archive alone', async () => {
    for (let i = 0; i < 2; ++i) {
      await stage.server.restart();
      const reader = await comeIn('Reader');
      await checkWhole(reader);
      await write(await comeIn('Wa'), 20);
      await checkWhole(reader);
    }
  });
});
