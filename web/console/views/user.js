// One user, online or not: connections, rooms, what waits for it; what it does, as it does it.
import { ask, path } from '../api.js';
import { confirm, notify } from '../dialogs.js';
import { button, code, hashLink, make, panel, setText, tag, terms } from '../elements.js';
import { count, counted, moment } from '../format.js';
import { every } from '../pulse.js';
import { Table } from '../table.js';
import { Tail } from '../tail.js';
import { CONNECTION_COLUMNS, disconnectColumn } from './connections.js';

const PERIOD_MS = 3_000;

function askDisconnectAll(id, done) {
  confirm({
    title: 'Disconnect this user?',
    text: ['All connections of ', code(id), ' are closed with 4403.'],
    action: 'Disconnect', isDangerous: true,
    fields: [{ name: 'reason', label: 'Reason', hint: 'the clients get it', maxlength: 100 }],
    run: async ({ reason }) => {
      const answer = await ask(path('admin', 'users', id, 'disconnect'), {
        method: 'POST', body: reason ? { reason } : {},
      });
      done();
      return `${counted(answer.connections, 'connection')} closed.`;
    },
  });
}

function askForget(id) {
  confirm({
    title: 'Forget this user?',
    text: ['Disconnects ', code(id), ', ends its memberships, and removes its queue, its friends '
      + 'and its activity. This cannot be undone. Its messages stay: redact those that must go.'],
    action: 'Forget', isDangerous: true,
    run: async () => {
      const answer = await ask(path('admin', 'users', id), { method: 'DELETE' });
      notify(`The user is forgotten; it was in ${counted(answer.rooms, 'room')}.`);
      location.hash = '#/users';
      return '';
    },
  });
}

function roomLinks(rooms) {
  if (rooms.length === 0) return 'none';
  return make('span', { class: 'links' }, rooms.map((id) => hashLink(['room', id], code(id))));
}

export function showUser({ subject: id, heading, content, signal }) {
  heading.replaceChildren(code(id));
  const state = make('span', { class: 'tags' });
  const failure = make('p', { class: 'failure', role: 'alert', hidden: true });
  const list = terms(['Name', 'Rooms', 'Last activity', 'Messages that wait for it']);
  let pulse;
  const refresh = () => pulse.now();
  const connections = new Table({
    caption: 'Connections of this user', key: (c) => c.id,
    columns: [...CONNECTION_COLUMNS, disconnectColumn(() => refresh)],
  });
  const tail = new Tail(path('admin', 'users', id, 'tail'), signal);

  content.append(
    make('p', { class: 'back' }, make('a', { href: '#/users' }, '← Users')),
    make('div', { class: 'view-head' }, make('div', { class: 'headline' }, heading, state),
      make('div', { class: 'buttons' },
        button('Disconnect…', () => askDisconnectAll(id, refresh)),
        button('Forget…', () => askForget(id), 'danger'))),
    failure,
    panel('User', { class: 'is-wide' }, list.element),
    panel('Connections', { class: 'flush' }, connections.element),
    panel('Events', { class: 'flush', aside: tail.controls }, tail.element));

  pulse = every(PERIOD_MS, async (now) => {
    const { user } = await ask(path('admin', 'users', id), { signal: now });
    failure.hidden = true;
    state.replaceChildren(tag(user.isOnline ? 'online' : 'offline', user.isOnline ? 'accent' : ''));
    list.set({
      Name: user.username ?? 'not known', Rooms: roomLinks(user.rooms),
      'Last activity': moment(user.lastActivity), 'Messages that wait for it': count(user.queueLength),
    });
    connections.show(user.connections, 'This user is not connected.');
  }, { signal, onFailure: (why) => {
    failure.hidden = false;
    setText(failure, why.message);
  } });
}
