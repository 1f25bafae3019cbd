// One room whole: settings, who is in it, what is said and drawn, what of it is stored; and what an
// operator can do to it.
import { ask, path, query } from '../api.js';
import { button, code, make, panel, setText, tag, terms, written } from '../elements.js';
import { bytes, count, counted, duration, moment, rate } from '../format.js';
import { every } from '../pulse.js';
import { Tail } from '../tail.js';
import { askAnnounce, askClose, askLock } from './room_actions.js';
import { Board } from './room_board.js';
import { Messages } from './room_messages.js';
import { Participants } from './room_participants.js';
import { roomTags } from './rooms.js';

const PERIOD_MS = 2_000;

const SETTINGS = ['Id', 'Code', 'Kind', 'Created', 'By', 'At most', 'Lives for', 'Last activity'];
const LIVE = ['Sequence', 'Epoch', 'Replay window', 'Writer', 'Stored', 'Members',
  'Operators watching'];

function settingsOf(room) {
  const kind = room.kind === 'space' && room.width
    ? `space, ${count(room.width)} × ${count(room.height)}` : room.kind;
  return {
    Id: code(room.id), Code: code(room.code), Kind: kind, Created: moment(room.createdAt),
    By: written(room.createdBy), 'At most': counted(room.maxParticipants, 'participant'),
    'Lives for': duration(room.ttlSeconds), 'Last activity': moment(room.lastActivity),
  };
}

function storedOf({ dirty, unconfirmed }) {
  if (dirty) return tag('dirty: not written yet', 'danger');
  return unconfirmed > 0 ? `${counted(unconfirmed, 'write')} unconfirmed` : 'everything';
}

function liveOf(live) {
  const { window } = live;
  const span = window.count > 0 ? ` from ${count(window.firstSeq)}` : '';
  return {
    Sequence: count(live.seq), Epoch: code(live.epoch),
    'Replay window': `${count(window.count)}${span} · ${bytes(window.bytes)}`,
    Writer: count(live.writer), Stored: storedOf(live), Members: count(live.memberCount),
    'Operators watching': count(live.tails),
  };
}

const FIGURES = [
  ['Connected', (room) => count(room.participantCount)],
  ['Connections', (_, live) => count(live.connections)],
  ['Away', (_, live) => count(live.away)],
  ['Messages', (_, live) => count(live.messageCount)],
  ['Rate', (_, live) => `${rate(live.perSecond)}/s`],
  ['Memory', (_, live) => bytes(live.memoryBytes)],
  ['Expires in', (_, live) => (live.connections > 0 ? 'in use' : duration(live.ttl))],
];

function figureTiles() {
  const values = FIGURES.map(() => make('strong'));
  return {
    element: make('ul', { class: 'tiles is-small' },
      FIGURES.map(([label], i) => make('li', {}, make('span', {}, label), values[i]))),
    set: (room, live) => FIGURES.forEach(([, text], i) => setText(values[i], text(room, live))),
  };
}

/** Name, tags and buttons. `room()`: as it is now; null: not known yet. */
function headOf(heading, room, refresh) {
  const tags = make('span', { class: 'tags' });
  const asking = (text, act, kind) => button(text, () => act(room()), kind, { disabled: true });
  const lock = asking('Lock…', (now) => askLock(now, refresh));
  const buttons = [asking('Announce…', askAnnounce), lock, asking('Close…', askClose, 'danger')];
  return {
    element: make('div', { class: 'view-head' }, make('div', { class: 'headline' }, heading, tags),
      make('div', { class: 'buttons' }, buttons)),
    show(now, live) {
      const name = written(now.name);
      if (!heading.firstChild?.isEqualNode(name)) heading.replaceChildren(name);
      document.title = `${now.name} · Atrium console`;
      tags.replaceChildren(...roomTags({ ...now, dirty: live.dirty }).filter(Boolean));
      setText(lock, now.locked ? 'Unlock…' : 'Lock…');
    },
    enable: (isThere) => buttons.forEach((one) => { one.disabled = !isThere; }),
  };
}

export function showRoom({ subject: id, heading, content, signal }) {
  heading.replaceChildren(code(id));
  let room = null;
  let pulse;
  const refresh = () => pulse.now();
  const head = headOf(heading, () => room, refresh);
  const failure = make('p', { class: 'failure', role: 'alert', hidden: true });
  const tiles = figureTiles();
  const [settings, figures] = [terms(SETTINGS), terms(LIVE)];
  const participants = new Participants({ room: () => room, refresh });
  const messages = new Messages(() => room);
  const board = new Board();
  const tail = new Tail(path('admin', 'rooms', id, 'tail'), signal);

  content.append(
    make('p', { class: 'back' }, make('a', { href: '#/rooms' }, '← Rooms')), head.element,
    failure, tiles.element, make('div', { class: 'columns' },
      make('div', { class: 'column' },
        panel('Participants', { class: 'flush' }, participants.table.element, participants.pager),
        panel('Events', { class: 'flush', aside: tail.controls }, tail.element),
        panel('Recent messages', { class: 'flush is-long' }, messages.table.element)),
      make('div', { class: 'column is-narrow' },
        panel('Board', { class: 'flush' }, board.element),
        panel('Settings', {}, settings.element), panel('In memory', {}, figures.element))));

  const say = (sentence, isThere) => {
    failure.hidden = sentence === '';
    setText(failure, sentence);
    head.enable(isThere);
  };
  pulse = every(PERIOD_MS, async (now) => {
    const page = query({ limit: 50, cursor: participants.cursor });
    const answer = await ask(path('admin', 'rooms', id) + page, { signal: now });
    room = answer.room;
    say('', true);
    head.show(room, answer.live);
    tiles.set(room, answer.live);
    settings.set(settingsOf(room));
    figures.set(liveOf(answer.live));
    participants.show(answer);
    await Promise.all([messages.update(room.id, answer.live, now),
      board.update(room.id, answer.live.board, now)]);
  }, { signal, onFailure: (why) => say(why.message, why.kind !== 'absent' && room !== null) });
}
