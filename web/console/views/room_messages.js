// The newest messages of a room. Asked for again only when the room's sequence went on.
import { ask, path, query } from '../api.js';
import { button, code, make, tag, written } from '../elements.js';
import { moment } from '../format.js';
import { Table } from '../table.js';
import { askRedact } from './room_actions.js';

const SHOWN = 30;

function textOf(message) {
  if (message.deletedAt) return [tag('deleted'), make('small', {}, moment(message.deletedAt))];
  const shown = [written(message.message, { class: 'message-text' })];
  if (message.type !== 'text') shown.unshift(tag(message.type, 'accent'), ' ');
  if (message.editedAt) shown.push(' ', tag('edited'));
  if (message.metadata)
    shown.push(make('small', {}, written(JSON.stringify(message.metadata), { class: 'code' })));
  return shown;
}

const COLUMNS = [
  { name: 'time', label: 'When', isNumber: true, value: (m) => moment(m.timestamp) },
  { name: 'from', label: 'From', value: (m) => `${m.username}\n${m.userId}`,
    cell: (m) => [written(m.username), make('small', {}, code(m.userId))] },
  { name: 'text', label: 'Message', value: (m) => `${m.editedAt ?? ''} ${m.deletedAt ?? ''}`,
    cell: textOf },
];

export class Messages {
  #room;
  #seen = '';

  /** `room()`: as it is now. */
  constructor(room) {
    this.#room = room;
    this.table = new Table({
      caption: 'Recent messages', key: (m) => m.id,
      columns: [...COLUMNS, { name: 'actions', label: '', value: (m) => Boolean(m.deletedAt),
        cell: (m) => (m.deletedAt ? '' : button('Redact',
          () => askRedact(this.#room(), m, () => { this.#seen = ''; }), 'quiet',
          { 'aria-label': `Redact ${m.id}` })) }],
    });
  }

  async update(id, { epoch, seq }, signal) {
    const now = `${epoch} ${seq}`;
    if (this.#seen === now) return;
    const { messages } = await ask(path('rooms', id, 'messages') + query({ limit: SHOWN }), { signal });
    this.#seen = now;
    this.table.show([...messages].reverse(), 'Nobody has said anything yet.');
  }
}
