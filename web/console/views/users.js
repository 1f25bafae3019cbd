// Who is online.
import { code, hashLink, make, written } from '../elements.js';
import { age, count, moment } from '../format.js';
import { List } from '../list.js';

const COLUMNS = [
  { name: 'user', label: 'User', value: (user) => `${user.userId}\n${user.username}`,
    cell: (user) => hashLink(['user', user.userId], written(user.username || user.userId)) },
  { name: 'id', label: 'Id', value: (user) => user.userId, cell: (user) => code(user.userId) },
  { name: 'connections', label: 'Connections', isNumber: true,
    value: (user) => count(user.connections) },
  { name: 'since', label: 'Here for', isNumber: true, value: (user) => age(user.connectedAt) },
  { name: 'seen', label: 'Last seen', isNumber: true, value: (user) => moment(user.lastSeen) },
  { name: 'address', label: 'Address', value: (user) => user.ipAddress ?? '',
    cell: (user) => code(user.ipAddress ?? '') },
];

export function showUsers({ heading, content, parameters, signal }) {
  const find = make('input', {
    type: 'search', placeholder: 'Any user’s id', autocomplete: 'off', maxlength: 64, name: 'user',
    required: true, spellcheck: 'false',
  });
  const open = (event) => {
    event.preventDefault();
    if (find.value) location.hash = `#/user/${encodeURIComponent(find.value)}`;
  };
  const list = new List({
    caption: 'Users online', route: 'users', path: 'admin/users', field: 'users',
    words: ['user', 'users'], columns: COLUMNS, key: (user) => user.userId, parameters, signal,
    empty: 'Nobody is online.',
    filters: [{ name: 'q', label: 'Search', placeholder: 'Beginning of an id' }],
  });
  content.append(make('div', { class: 'view-head' }, heading,
    make('form', { class: 'inline', onsubmit: open },
      make('label', { class: 'field' },
        make('span', { class: 'unseen' }, 'Somebody who is not online'), find),
      make('button', { type: 'submit', class: 'quiet' }, 'Look up'))), list.element);
}
