// The server itself: what it is, how much it writes to its log, a word to everybody, its Redis, and
// its end.
import { ask } from '../api.js';
import { confirm, notify } from '../dialogs.js';
import { button, code, make, panel, terms } from '../elements.js';
import { figures } from '../figures.js';
import { bytes, count, counted, duration, moment, rate } from '../format.js';
import { every } from '../pulse.js';
import { Table } from '../table.js';
import { cleanupPanel } from './cleanup.js';

const REDIS_PERIOD_MS = 10_000;
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'off'];

function askAnnounce() {
  confirm({
    title: 'Announce to everybody', text: ['Every connection of this server gets it.'],
    action: 'Announce',
    fields: [{ name: 'message', label: 'Message', maxlength: 1_000, isRequired: true, isLong: true }],
    run: async ({ message }) => {
      const answer = await ask('admin/announce', { method: 'POST', body: { message } });
      return `Announced to ${counted(answer.connections, 'connection')}.`;
    },
  });
}

function askDrain() {
  confirm({
    title: 'Drain and end the server?',
    text: ['It takes no more connections, tells all clients to come back later, stores everything and '
      + 'ends. Whatever started it has to start it again: this page cannot.'],
    action: 'Drain', isDangerous: true,
    run: async () => {
      await ask('admin/drain', { method: 'POST', body: {} });
      figures.now();
      return 'The server drains.';
    },
  });
}

function logLevel(signal) {
  const select = make('select', { disabled: true, onchange: () => change() },
    LEVELS.map((level) => make('option', { value: level }, level)));
  let known = '';
  const change = async () => {
    try {
      const wanted = { level: select.value };
      ({ level: known } = await ask('admin/log-level', { method: 'PUT', body: wanted }));
      notify(`The log begins at ${known}.`);
    } catch (failure) {
      notify(failure.message);
    }
    select.value = known;
  };
  const show = () => {
    const level = figures.overview?.server.logLevel;
    if (!level || level === known) return;
    known = level;
    select.disabled = false;
    select.value = known;
  };
  figures.addEventListener('sample', show, { signal });
  show();
  return make('label', { class: 'field' }, make('span', {}, 'Log from'), select);
}

function serverTerms(signal) {
  const list = terms(['Version', 'Process', 'Started', 'Up for', 'Store', 'I/O threads', 'Memory',
    'Processor time', 'Draining']);
  const show = () => {
    const server = figures.overview?.server;
    if (!server) return;
    list.set({
      Version: server.version, Process: code(server.pid), Started: moment(server.startedAt),
      'Up for': duration(server.uptimeSeconds), Store: server.store,
      'I/O threads': count(server.ioThreads), Memory: bytes(server.memoryBytes),
      'Processor time': `${rate(server.cpuSeconds)}\u00a0s`, Draining: server.draining ? 'yes' : 'no',
    });
  };
  figures.addEventListener('sample', show, { signal });
  show();
  return list.element;
}

/** What of Redis' INFO is worth a glance; the rest is below it, in the order of the alphabet. */
const NOTABLE = ['redis_version', 'role', 'uptime_in_seconds', 'connected_clients', 'used_memory_human',
  'maxmemory_human', 'maxmemory_policy', 'mem_fragmentation_ratio', 'instantaneous_ops_per_sec',
  'total_commands_processed', 'evicted_keys', 'rejected_connections', 'aof_enabled',
  'rdb_last_bgsave_status', 'aof_last_write_status', 'db0'];

function redisPanel(signal) {
  const note = make('p', { class: 'padded quiet-text' }, 'Asking…');
  const columns = [
    { name: 'name', label: 'Figure', value: (row) => row[0], cell: (row) => code(row[0]) },
    { name: 'value', label: 'Value', isNumber: true, value: (row) => row[1],
      cell: (row) => code(row[1]) },
  ];
  const notable = new Table({ caption: 'Redis in short', columns, key: (row) => row[0] });
  const all = new Table({ caption: 'All that Redis says', columns, key: (row) => row[0] });
  const rest = make('details', { class: 'padded', hidden: true }, make('summary', {}, 'All figures'),
    all.element);
  notable.element.hidden = true;
  every(REDIS_PERIOD_MS, async (now) => {
    const { redis } = await ask('admin/redis', { signal: now });
    const isRedis = redis.kind === 'redis';
    note.hidden = isRedis;
    note.textContent = isRedis ? '' : 'The store is in memory: nothing survives a restart.';
    notable.element.hidden = !isRedis;
    rest.hidden = !isRedis;
    if (!isRedis) return;
    const lines = Object.entries(redis.info ?? {});
    notable.show(NOTABLE.filter((name) => Object.hasOwn(redis.info, name))
      .map((name) => [name, redis.info[name]]));
    all.show(lines.sort(([a], [b]) => a.localeCompare(b)));
  }, { signal, onFailure: (failure) => {
    note.hidden = false;
    note.textContent = failure.message;
  } });
  return panel('Redis', { class: 'flush' }, note, notable.element, rest);
}

export function showServer({ heading, content, signal }) {
  content.append(
    make('div', { class: 'view-head' }, heading, make('div', { class: 'buttons' },
      button('Announce to everybody…', askAnnounce), button('Drain…', askDrain, 'danger'))),
    make('div', { class: 'columns is-even' },
      make('div', { class: 'column' },
        panel('Process', { aside: logLevel(signal) }, serverTerms(signal)), cleanupPanel()),
      make('div', { class: 'column' }, redisPanel(signal))));
}
