// Rooms of Excalidraw's own protocol: how many are in and how much is passed on. What that says nobody
// here knows: it is encrypted. Shown while there are any.
import { ask } from '../api.js';
import { code, panel } from '../elements.js';
import { age, bytes, count, rate } from '../format.js';
import { every } from '../pulse.js';
import { Table } from '../table.js';

const PERIOD_MS = 4_000;
const SHOWN = 50;

const COLUMNS = [
  { name: 'id', label: 'Id', value: (r) => r.id, cell: (r) => code(r.id) },
  { name: 'members', label: 'Members', isNumber: true, value: (r) => count(r.members) },
  { name: 'rate', label: 'Rate', isNumber: true, value: (r) => `${rate(r.messagesPerSecond)}/s` },
  { name: 'flow', label: 'Flow', isNumber: true, value: (r) => `${bytes(r.bytesPerSecond)}/s` },
  { name: 'messages', label: 'Messages', isNumber: true, value: (r) => count(r.messages) },
  { name: 'volatile', label: 'Volatile', isNumber: true, value: (r) => count(r.volatileMessages) },
  { name: 'bytes', label: 'Bytes', isNumber: true, value: (r) => bytes(r.bytes) },
  { name: 'age', label: 'Age', isNumber: true, value: (r) => age(r.since) },
];

/** A panel that is there while there are relay rooms. Without answers it keeps what it has. */
export function relaysPanel({ signal }) {
  const table = new Table({ caption: 'Excalidraw rooms', columns: COLUMNS, key: (r) => r.id });
  const element = panel('Excalidraw rooms', { class: 'flush' }, table.element);
  element.hidden = true;
  every(PERIOD_MS, async (now) => {
    const { relays, total } = await ask(`admin/relays?limit=${SHOWN}`, { signal: now });
    element.hidden = total === 0;
    table.show(relays, 'None.');
  }, { signal, onFailure: () => {} });
  return element;
}
