// What operators did, the newest first.
import { code, make, tag, written } from '../elements.js';
import { moment } from '../format.js';
import { List } from '../list.js';

const COLUMNS = [
  { name: 'at', label: 'When', isNumber: true, value: (entry) => moment(entry.at) },
  { name: 'who', label: 'Who', value: (entry) => entry.who, cell: (entry) => written(entry.who) },
  { name: 'action', label: 'What', value: (entry) => entry.action },
  { name: 'target', label: 'To', value: (entry) => entry.target ?? '',
    cell: (entry) => code(entry.target ?? '') },
  { name: 'detail', label: 'Detail', value: (entry) => entry.detail ?? '',
    cell: (entry) => written(entry.detail ?? '') },
  { name: 'from', label: 'From', value: (entry) => entry.from,
    cell: (entry) => code(entry.from) },
  { name: 'outcome', label: 'Outcome', value: (entry) => entry.outcome,
    cell: (entry) => tag(entry.outcome, entry.outcome === 'ok' ? '' : 'danger') },
];

export function showAudit({ heading, content, parameters, signal }) {
  const list = new List({
    caption: 'What operators did', route: 'audit', path: 'admin/audit', field: 'entries',
    words: ['entry', 'entries'], columns: COLUMNS, parameters, signal,
    key: (entry) => JSON.stringify(entry), empty: 'No operator has done anything yet.',
  });
  content.append(make('div', { class: 'view-head' }, heading), list.element);
}
