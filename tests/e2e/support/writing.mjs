// People who write into a room without pause, each thing with a name of its own, and again after a
// lost connection or a store that could not confirm, until it is acknowledged.
import assert from 'node:assert/strict';

const AGAIN = new Set(['not_persisted', 'store_unavailable', 'not_in_room', 'rate_limited',
  'shutting_down', 'room_closed']);

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/** Numbers in [0, 1), the same for the same seed. */
export function chance(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** The message as stored, once the room has acknowledged it (Redis too, with `durable`). */
export async function sayUntilAcknowledged(follower, clientMessageId, fields = {}) {
  for (;;) {
    const result = await follower.call('chat:message',
      { message: `text of ${clientMessageId}`, clientMessageId, ...fields })
      .catch((error) => ({ success: false, code: 'not_persisted', error: error.message }));
    if (result.success) {
      if (fields.durable) assert.equal(result.persisted, true);
      return result.message;
    }
    assert.ok(AGAIN.has(result.code), `${result.code}: ${result.error}`);
    await pause(20);
  }
}

/**
 * Writes until `isOver()`: messages, edits and deletions of its own, patches if `draws`. What was
 * acknowledged: {clientMessageId: message}.
 */
export async function writeOn(follower, isOver, random, { draws = false, fields = {}, pauseMs = 8 }) {
  const said = new Map();
  for (let i = 0; !isOver(); ++i) {
    const id = `${follower.name}-${i}`;
    const message = await sayUntilAcknowledged(follower, id, fields);
    said.set(id, message);
    const dice = random();
    if (dice < 0.15) {
      await follower.call('chat:edit', { id: message.id, message: `${id} again` }).catch(() => {});
    } else if (dice < 0.25) {
      await follower.call('chat:delete', { id: message.id }).catch(() => {});
    } else if (draws && dice < 0.6) {
      await follower.call('whiteboard:patch',
        { elements: [{ id: follower.name, version: i + 1, versionNonce: 1, x: i }] })
        .catch(() => {});
    }
    await pause(random() * pauseMs);
  }
  return said;
}
