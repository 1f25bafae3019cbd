// Rooms in memory: which are full, busy, large, old, or about to expire.
import { code, hashLink, make, tag, written } from '../elements.js';
import { age, bytes, count, duration, rate } from '../format.js';
import { List } from '../list.js';
import { relaysPanel } from './relays.js';

export function roomTags(room) {
  return [
    room.kind === 'space' ? tag('space', 'accent') : null,
    room.locked ? tag('locked', 'warn') : null,
    room.isPrivate ? tag('private') : null,
    room.hasPassword ? tag('password') : null,
    room.dirty ? tag('dirty', 'danger') : null,
  ];
}

const FLAGS = ['kind', 'locked', 'isPrivate', 'hasPassword', 'dirty'];

const COLUMNS = [
  { name: 'name', label: 'Room', sort: 'name',
    value: (room) => [room.name, ...FLAGS.map((flag) => room[flag])].join('\n'),
    cell: (room) => make('span', { class: 'title' },
      hashLink(['room', room.id], written(room.name)), ...roomTags(room).filter(Boolean)) },
  { name: 'id', label: 'Id', value: (room) => `${room.id} ${room.code}`,
    cell: (room) => code(room.code === room.id ? room.id : `${room.id} · ${room.code}`) },
  { name: 'by', label: 'By', value: (room) => room.createdBy,
    cell: (room) => written(room.createdBy) },
  { name: 'members', label: 'People', sort: 'members', isNumber: true,
    value: (room) => count(room.participants) },
  { name: 'away', label: 'Away', isNumber: true, value: (room) => count(room.away) },
  { name: 'connections', label: 'Conns', isNumber: true, value: (room) => count(room.connections) },
  { name: 'rate', label: 'Rate', sort: 'rate', isNumber: true,
    value: (room) => `${rate(room.perSecond)}/s` },
  { name: 'messages', label: 'Messages', isNumber: true, value: (room) => count(room.messages) },
  { name: 'bytes', label: 'Memory', sort: 'bytes', isNumber: true,
    value: (room) => bytes(room.bytes) },
  { name: 'age', label: 'Age', sort: 'age', isNumber: true, value: (room) => age(room.createdAt) },
  { name: 'ttl', label: 'Expires in', sort: 'ttl', isNumber: true,
    // A room with somebody in it never runs out.
    value: (room) => (room.connections > 0 ? 'in use' : duration(room.ttl)) },
];

export function showRooms({ heading, content, parameters, signal }) {
  const list = new List({
    caption: 'Rooms', route: 'rooms', path: 'admin/rooms', field: 'rooms', words: ['room', 'rooms'],
    columns: COLUMNS, key: (room) => room.id, parameters, signal,
    sort: 'members', order: 'desc', empty: 'No room is in memory.',
    filters: [
      { name: 'q', label: 'Search', placeholder: 'Part of a name, id or code' },
      { name: 'kind', label: 'Kind', options: [['', 'Rooms and spaces'], ['room', 'Rooms'],
        ['space', 'Spaces']] },
      { name: 'flag', label: 'State', options: [['', 'Any state'], ['dirty', 'Dirty'],
        ['locked', 'Locked'], ['private', 'Private'], ['password', 'With password']] },
    ],
  });
  content.append(make('div', { class: 'view-head' }, heading), list.element,
    relaysPanel({ signal }));
}
