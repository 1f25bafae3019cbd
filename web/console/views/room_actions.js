// What an operator may do to a room, each behind a question.
import { ask, path } from '../api.js';
import { confirm, notify } from '../dialogs.js';
import { code, written } from '../elements.js';

const post = (id, action, body) => (
  ask(path('admin', 'rooms', id, action), { method: 'POST', body }));
const REASON = { name: 'reason', label: 'Reason', hint: 'those in the room get it', maxlength: 100 };
const withReason = ({ reason }) => (reason ? { reason } : {});

export function askAnnounce(room) {
  confirm({
    title: 'Announce to this room', text: ['Everybody in ', written(room.name), ' gets it.'],
    action: 'Announce',
    fields: [{ name: 'message', label: 'Message', maxlength: 1_000, isRequired: true, isLong: true }],
    run: async ({ message }) => {
      await post(room.id, 'announce', { message });
      return 'Announced.';
    },
  });
}

export function askLock(room, done) {
  const locked = !room.locked;
  confirm({
    title: locked ? 'Lock this room?' : 'Unlock this room?',
    text: [locked ? 'Nobody can write or draw in it until it is unlocked; those in it are told.'
      : 'Everybody in it can write and draw again.'],
    action: locked ? 'Lock' : 'Unlock',
    run: async () => {
      await post(room.id, 'lock', { locked });
      done();
      return locked ? 'The room is locked.' : 'The room is unlocked.';
    },
  });
}

export function askClose(room) {
  confirm({
    title: 'Close this room?',
    text: ['Everybody leaves ', written(room.name), ', and everything in it is removed: messages, '
      + 'board, members. This cannot be undone.'],
    action: 'Close the room', isDangerous: true, fields: [REASON],
    run: async (values) => {
      await post(room.id, 'close', withReason(values));
      notify('The room is closed.');
      location.hash = '#/rooms';
      return '';
    },
  });
}

export function askKick(room, participant, done) {
  confirm({
    title: 'Kick this user?',
    text: [written(participant.username), ' (', code(participant.userId), ') leaves the room with all '
      + 'connections, and is no member any more. It may come back, unless something keeps it out.'],
    action: 'Kick', isDangerous: true, fields: [REASON],
    run: async (values) => {
      await post(room.id, 'kick', { userId: participant.userId, ...withReason(values) });
      done();
      return 'The user is out of the room.';
    },
  });
}

export function askRedact(room, message, done) {
  confirm({
    title: 'Redact this message?',
    text: ['Its text is removed everywhere; a tombstone stays. This cannot be undone.'],
    action: 'Redact', isDangerous: true,
    run: async () => {
      await ask(path('admin', 'rooms', room.id, 'messages', message.id), { method: 'DELETE' });
      done();
      return 'The message is redacted.';
    },
  });
}
