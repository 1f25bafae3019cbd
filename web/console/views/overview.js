// One screen: how much there is, how fast it moves, and whether the store keeps up.
import { ask } from '../api.js';
import { hashLink, make, panel, setText, tag, terms } from '../elements.js';
import { figures } from '../figures.js';
import { bytes, count, duration, microseconds, milliseconds, rate } from '../format.js';
import { Plot } from '../plot.js';
import { every } from '../pulse.js';
import { Table } from '../table.js';

const WRITERS_PERIOD_MS = 4_000;
const perSecond = (value) => `${rate(value)}/s`;
const percent = (value) => `${rate(value)}\u00a0%`;

function tile(label, route, detail) {
  const value = make('strong');
  const more = make('small');
  const name = route ? hashLink([route], label) : make('span', {}, label);
  const element = make('li', {}, name, value, more);
  return { element, set: (overview) => {
    const [main, rest] = detail(overview);
    setText(value, main);
    setText(more, rest);
  } };
}

const TILES = [
  ['Connections', 'connections', ({ connections: c }) => [count(c.total),
    [`${count(c.native)} native`, `${count(c.socketioWebsocket)} Socket.IO`,
      `${count(c.socketioPolling)} polling`].join(' · ')]],
  ['Rooms', 'rooms', ({ rooms }) => [count(rooms.live),
    rooms.dirty > 0 ? `${count(rooms.dirty)} not stored yet` : 'all stored']],
  ['Users online', 'users', ({ users }) => [count(users.online), '']],
  ['Memory', null, ({ server }) => [bytes(server.memoryBytes), `${server.ioThreads} I/O threads`]],
  ['Up', null, ({ server }) => [duration(server.uptimeSeconds), `pid ${server.pid}`]],
];

const PLOTS = [
  { title: 'Messages', format: perSecond,
    of: () => [figures.rates((o) => o.counters.messagesPosted)] },
  { title: 'Frames sent', format: perSecond,
    of: () => [figures.rates((o) => o.counters.framesSent)] },
  { title: 'Sent', format: (value) => `${bytes(value)}/s`,
    of: () => [figures.rates((o) => o.counters.bytesSent)] },
  { title: 'Latency', format: microseconds, lines: ['p99', 'p50'],
    of: () => [figures.levels((o) => o.latency.p99Us), figures.levels((o) => o.latency.p50Us)] },
  { title: 'Commands', format: perSecond,
    of: () => [figures.rates((o) => o.counters.commands)] },
  { title: 'Processor', format: percent,
    of: () => [figures.rates((o) => 100 * o.server.cpuSeconds)] },
];

const WRITER_COLUMNS = [
  { name: 'index', label: 'Writer', value: (w) => w.index },
  { name: 'state', label: 'State', value: (w) => `${w.connected} ${w.breakerOpen}`,
    cell: (w) => (w.connected && !w.breakerOpen ? 'connected'
      : tag(w.breakerOpen ? 'given up for now' : 'not connected', 'danger')) },
  { name: 'queued', label: 'Queued', isNumber: true,
    value: (w) => `${count(w.queuedWrites)} · ${bytes(w.queuedBytes)}` },
  { name: 'lag', label: 'Lag', isNumber: true, value: (w) => milliseconds(w.lagMs) },
  { name: 'flight', label: 'In flight', isNumber: true, value: (w) => count(w.inFlight) },
  { name: 'writes', label: 'Writes', isNumber: true, value: (w) => count(w.writes) },
  { name: 'batch', label: 'A batch', isNumber: true,
    value: (w) => (w.batches > 0 ? rate(w.writes / w.batches) : '–') },
  { name: 'reconnects', label: 'Reconnects', isNumber: true, value: (w) => count(w.reconnects) },
  { name: 'lost', label: 'Lost rooms', isNumber: true, value: (w) => count(w.lostRooms) },
  { name: 'error', label: 'Last error', value: (w) => w.lastError ?? '' },
];

/** Counters that should stand still, with what they mean. */
const TROUBLE = [
  ['Refused', 'failures', 'commands answered with an error'],
  ['Resyncs', 'slowResyncs', 'slow readers that got the truth anew'],
  ['Events dropped', 'slowEventsDropped', 'for slow readers'],
  ['Closed as too slow', 'slowClosed', 'connections'],
  ['Not let in', 'connectionsRefused', 'connections'],
  ['Store errors', 'storeErrorsTransient', 'tried again'],
  ['Store defects', 'storeErrorsDefect', 'not tried again'],
];

const TROUBLE_COLUMNS = [
  { name: 'what', label: 'What', value: (t) => t.label,
    cell: (t) => make('span', {}, `${t.label} `, make('small', {}, t.hint)) },
  { name: 'now', label: 'Last 5 min', isNumber: true, value: (t) => count(t.lately) },
  { name: 'total', label: 'Since start', isNumber: true, value: (t) => count(t.total) },
];

function troubles() {
  const first = figures.samples[0].overview.counters;
  const { counters } = figures.overview;
  return TROUBLE.map(([label, name, hint]) => (
    { label, hint, total: counters[name], lately: counters[name] - first[name] }));
}

function health() {
  const list = terms(['Server', 'Store', 'Round trip', 'Writers', 'Writes queued', 'Lag']);
  return { element: list.element, set: ({ server, health: h }) => list.set({
    Server: tag(h.status, { healthy: 'accent', degraded: 'warn' }[h.status] ?? 'danger'),
    Store: server.store === 'memory' ? 'memory: nothing survives a restart'
      : tag(`Redis ${h.redis?.status}`, h.redis?.status === 'up' ? 'accent' : 'danger'),
    'Round trip': milliseconds(h.redis?.latencyMs),
    Writers: `${count(h.writers?.connected)} of ${count(h.writers?.count)} connected`,
    'Writes queued': count(h.writers?.queued),
    Lag: milliseconds(h.writers?.lagMs),
  }) };
}

export function showOverview({ heading, content, signal }) {
  const tiles = TILES.map((given) => tile(...given));
  const plots = PLOTS.map((given) => ({ plot: new Plot(given), of: given.of }));
  const state = health();
  const writers = new Table({ caption: 'Writers', columns: WRITER_COLUMNS, key: (w) => w.index });
  const trouble = new Table({ caption: 'Trouble', columns: TROUBLE_COLUMNS, key: (t) => t.label });

  content.append(make('div', { class: 'view-head' }, heading),
    make('ul', { class: 'tiles' }, tiles.map((one) => one.element)),
    make('div', { class: 'plots' }, plots.map(({ plot }) => plot.element)),
    make('div', { class: 'columns is-even' },
      panel('Health', {}, state.element), panel('Trouble', { class: 'flush' }, trouble.element)),
    panel('Writers', { class: 'flush' }, writers.element));

  const show = () => {
    if (!figures.overview) return;
    tiles.forEach((one) => one.set(figures.overview));
    plots.forEach(({ plot, of }) => plot.show(of()));
    state.set(figures.overview);
    trouble.show(troubles());
  };
  figures.addEventListener('sample', show, { signal });
  show();
  every(WRITERS_PERIOD_MS, async (now) => {
    const answer = await ask('admin/writers', { signal: now });
    writers.show(answer.writers, 'The store is in memory: there are no writers.');
  }, { signal, onFailure: (failure) => writers.show([], failure.message) });
}
