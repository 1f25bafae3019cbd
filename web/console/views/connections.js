// Connections: who is slow, who sends much, who has been here for long.
import { ask, path } from '../api.js';
import { confirm } from '../dialogs.js';
import { button, code, hashLink, make, tag, written } from '../elements.js';
import { age, bytes, count, milliseconds, rate } from '../format.js';
import { List } from '../list.js';

const WORDS = { native: 'native', socketio: 'Socket.IO' };

/** `native`, `Socket.IO polling` */
export function transportOf({ protocol, transport }) {
  const word = WORDS[protocol] ?? protocol;
  return transport === 'polling' ? `${word} polling` : word;
}

export function askDisconnect(connection, done) {
  confirm({
    title: 'Disconnect this connection?',
    text: ['It is closed with 4403. A client that knows the code does not come back by itself.'],
    action: 'Disconnect', isDangerous: true,
    fields: [{ name: 'reason', label: 'Reason', hint: 'the client gets it', maxlength: 100 }],
    run: async ({ reason }) => {
      await ask(path('admin', 'connections', connection.id, 'disconnect'), {
        method: 'POST', body: reason ? { reason } : {},
      });
      done();
      return `Connection ${connection.id} is closed.`;
    },
  });
}

export function disconnectColumn(done) {
  return {
    name: 'actions', label: '', value: (connection) => connection.id,
    cell: (connection) => button('Disconnect', () => askDisconnect(connection, done()), 'quiet',
      { 'aria-label': `Disconnect ${connection.id}` }),
  };
}

const USER = {
  name: 'user', label: 'User', value: (c) => `${c.userId}\n${c.username}`,
  cell: (c) => (c.userId === undefined ? make('span', { class: 'quiet-text' }, 'not known yet')
    : [hashLink(['user', c.userId], written(c.username || c.userId)),
      make('small', {}, code(c.userId))]),
};

export const CONNECTION_COLUMNS = [
  { name: 'address', label: 'Address', value: (c) => `${c.address} ${c.id}`,
    cell: (c) => [code(c.address), make('small', {}, code(c.id))] },
  { name: 'transport', label: 'Transport', value: transportOf },
  { name: 'queued', label: 'Waiting', sort: 'queued', isNumber: true,
    value: (c) => `${bytes(c.queuedBytes)} ${c.queuedFrames} ${c.isBehind}`,
    cell: (c) => [c.isBehind ? tag('behind', 'danger') : null, ` ${bytes(c.queuedBytes)}`,
      c.queuedFrames > 0 ? make('small', {}, `${count(c.queuedFrames)} frames`) : null] },
  { name: 'rtt', label: 'RTT', sort: 'rtt', isNumber: true, value: (c) => milliseconds(c.rttMs) },
  { name: 'dropped', label: 'Dropped', sort: 'dropped', isNumber: true,
    value: (c) => `${count(c.dropped)} ${c.resyncs}`,
    cell: (c) => [count(c.dropped),
      c.resyncs > 0 ? make('small', {}, `${count(c.resyncs)} resyncs`) : null] },
  { name: 'sent', label: 'Sent', sort: 'sent', isNumber: true,
    value: (c) => bytes(c.bytesSent) },
  { name: 'received', label: 'Received', sort: 'received', isNumber: true,
    value: (c) => `${bytes(c.bytesReceived)} ${rate(c.eventsPerSecond)}`,
    cell: (c) => [bytes(c.bytesReceived), make('small', {}, `${rate(c.eventsPerSecond)}/s`)] },
  { name: 'rooms', label: 'Rooms', isNumber: true, value: (c) => count(c.rooms) },
  { name: 'age', label: 'Here for', sort: 'age', isNumber: true, value: (c) => age(c.connectedAt) },
];

export function showConnections({ heading, content, parameters, signal }) {
  let list;
  list = new List({
    caption: 'Connections', route: 'connections', path: 'admin/connections', field: 'connections',
    words: ['connection', 'connections'], key: (c) => c.id, parameters, signal,
    columns: [USER, ...CONNECTION_COLUMNS, disconnectColumn(() => () => list.refresh())],
    sort: 'queued', order: 'desc', empty: 'Nobody is connected.',
    filters: [{ name: 'q', label: 'Search', placeholder: 'Part of a user id or an address' }],
  });
  content.append(make('div', { class: 'view-head' }, heading,
    make('p', { class: 'quiet-text' }, 'Those with the most waiting for them come first.')),
  list.element);
}
