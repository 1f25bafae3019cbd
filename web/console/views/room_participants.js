// Who is in a room, and how well each of its connections does.
import { button, code, hashLink, make, tag, written } from '../elements.js';
import { age, bytes, count, milliseconds } from '../format.js';
import { Table } from '../table.js';
import { transportOf } from './connections.js';
import { askKick } from './room_actions.js';

function connectionLine(connection) {
  const facts = [transportOf(connection), connection.vocabulary, milliseconds(connection.rttMs)];
  if (connection.queuedBytes > 0) facts.push(`${bytes(connection.queuedBytes)} waiting`);
  if (connection.dropped > 0) facts.push(`${count(connection.dropped)} dropped`);
  return make('li', {}, code(connection.address), ` ${facts.join(' · ')} `,
    connection.isBehind ? tag('behind', 'danger') : null);
}

const STATUS_TONES = { online: 'accent', busy: 'warn' };

const COLUMNS = [
  { name: 'user', label: 'User', value: (p) => `${p.userId}\n${p.username}`,
    cell: (p) => [hashLink(['user', p.userId], written(p.username)), make('small', {}, code(p.userId))] },
  { name: 'status', label: 'Status', value: (p) => `${p.status}\n${p.text ?? ''}`,
    cell: (p) => [tag(p.status, STATUS_TONES[p.status]),
      p.text ? make('small', {}, written(p.text)) : null] },
  { name: 'connections', label: 'Connections',
    value: (p) => JSON.stringify((p.connections ?? []).map((c) => connectionLine(c).textContent)),
    cell: (p) => (p.connections?.length > 0
      ? make('ul', { class: 'connections' }, p.connections.map(connectionLine))
      : make('span', { class: 'quiet-text' }, 'none')) },
  { name: 'joined', label: 'Here for', isNumber: true, value: (p) => age(p.joinedAt) },
];

/** `room()`: as it is now. `moved()`: another page is wanted; `refresh()`: something was done. */
export class Participants {
  cursor = '';
  #cursors = [''];
  #next = '';
  #back;
  #forth;
  #position = make('span', { class: 'position' });

  constructor({ room, refresh }) {
    this.#back = button('Previous', () => this.#turn(-1, refresh));
    this.#forth = button('Next', () => this.#turn(1, refresh));
    this.table = new Table({
      caption: 'Participants', key: (p) => p.userId,
      columns: [...COLUMNS, { name: 'actions', label: '', value: (p) => p.userId,
        cell: (p) => button('Kick', () => askKick(room(), p, refresh), 'quiet',
          { 'aria-label': `Kick ${p.userId}` }) }],
    });
    this.pager = make('nav', { class: 'pager', 'aria-label': 'Pages of participants', hidden: true },
      this.#position, this.#back, this.#forth);
  }

  #turn(direction, refresh) {
    if (direction > 0) this.#cursors.push(this.#next);
    else this.#cursors.pop();
    this.cursor = this.#cursors.at(-1);
    refresh();
  }

  show({ participants, cursor = '' }) {
    this.table.show(participants, 'Nobody is in this room.');
    this.#next = cursor;
    this.#back.disabled = this.#cursors.length < 2;
    this.#forth.disabled = cursor === '';
    this.#position.textContent = `Page ${this.#cursors.length}`;
    this.pager.hidden = this.#cursors.length < 2 && cursor === '';
  }
}
