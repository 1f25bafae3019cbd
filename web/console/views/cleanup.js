// Counts or removes what this instance keeps in its store: portion by portion, so that nobody waits
// for it. Removing is offered only after counting.
import { ask } from '../api.js';
import { confirm } from '../dialogs.js';
import { button, code, make, panel } from '../elements.js';
import { count, counted } from '../format.js';
import { Table } from '../table.js';

const COLUMNS = [
  { name: 'pattern', label: 'Keys', value: (row) => row[0], cell: (row) => code(row[0]) },
  { name: 'count', label: 'Count', isNumber: true, value: (row) => count(row[1]) },
];

/** Portions until there is no cursor. `each(keys, removed)` gets the sums so far. */
async function walk(dryRun, each) {
  const keys = new Map();
  let removed = 0;
  let cursor;
  do {
    const body = cursor === undefined ? { dryRun } : { dryRun, cursor };
    const answer = await ask('admin/cleanup', { method: 'POST', body });
    for (const [pattern, found] of Object.entries(answer.keys))
      keys.set(pattern, (keys.get(pattern) ?? 0) + found);
    removed += answer.removed;
    each(keys, removed);
    ({ cursor } = answer);
  } while (cursor !== undefined);
  return { keys, removed };
}

export function cleanupPanel() {
  const table = new Table({ caption: 'Keys in the store', columns: COLUMNS, key: (row) => row[0] });
  const note = make('p', { class: 'padded quiet-text', role: 'status' },
    'Counts the keys of this instance in the store, portion by portion.');
  table.element.hidden = true;
  const show = (keys) => {
    table.element.hidden = false;
    table.show([...keys].sort(([a], [b]) => a.localeCompare(b)), 'There are no keys.');
  };
  const total = (keys) => [...keys.values()].reduce((sum, found) => sum + found, 0);

  const look = button('Count', async () => {
    look.disabled = true;
    try {
      const { keys } = await walk(true, (found) => {
        show(found);
        note.textContent = `${counted(total(found), 'key')} so far…`;
      });
      note.textContent = `${counted(total(keys), 'key')} in the store.`;
      remove.disabled = total(keys) === 0;
    } catch (failure) {
      note.textContent = failure.message;
    } finally {
      look.disabled = false;
    }
  });

  const remove = button('Remove…', () => confirm({
    title: 'Remove all keys of this instance?',
    text: ['Everything that is stored goes: rooms, messages, boards, users. Rooms in memory write '
      + 'their keys anew: close them first. This cannot be undone.'],
    action: 'Remove', isDangerous: true,
    run: async () => {
      const { removed } = await walk(false, (_, soFar) => {
        note.textContent = `${counted(soFar, 'key')} removed so far…`;
      });
      note.textContent = `${counted(removed, 'key')} removed.`;
      remove.disabled = true;
      table.element.hidden = true;
      return '';
    },
  }), 'danger', { disabled: true });

  return panel('Store', { class: 'flush', aside: make('div', { class: 'controls' }, look, remove) },
    note, table.element);
}
