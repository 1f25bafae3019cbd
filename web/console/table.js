// A table of records that change all the time. Rows are kept by their key and cells are touched
// only where they changed, so that the keyboard's focus, a selection and what is being read stay
// where they are. Headings that sort are buttons. On narrow screens each row becomes a card
// (parts.css).
import { make } from './elements.js';

/**
 * A column: `name`; `label`; `sort`, what the server calls it, if it can; `isNumber`;
 * `value(record)`, a text that changes when the cell has to; `cell(record)`, what is shown, unless
 * it is that text.
 */
export class Table {
  #columns;
  #key;
  #body = make('tbody');
  #headings = new Map();
  #rows = new Map();
  #empty = make('p', { class: 'empty', hidden: true });

  /** `onSort(sort, order)`: a heading was pressed. `key(record)`: what it is known by. */
  constructor({ caption, columns, key, onSort = null }) {
    this.#columns = columns;
    this.#key = key;
    const table = make('table', {},
      make('caption', { class: 'unseen' }, caption),
      make('thead', {}, make('tr', {}, columns.map((column) => this.#heading(column, onSort)))),
      this.#body);
    this.element = make('div', { class: columns.length === 2 ? 'table is-pairs' : 'table' },
      make('div', { class: 'scroller', role: 'group', 'aria-label': caption, tabindex: 0 }, table),
      this.#empty);
  }

  #heading(column, onSort) {
    const attributes = { scope: 'col', class: column.isNumber ? 'number' : '' };
    if (!column.sort || !onSort) {
      const label = column.label || make('span', { class: 'unseen' }, 'Actions');
      return make('th', { ...attributes, class: `${attributes.class} plain` }, label);
    }
    const heading = make('th', { ...attributes, 'aria-sort': 'none' },
      make('button', {
        type: 'button',
        onclick: () => onSort(column.sort, this.#nextOrder(column)),
      }, column.label, make('span', { class: 'arrow', 'aria-hidden': true })));
    this.#headings.set(column.sort, heading);
    return heading;
  }

  /** Pressed again it turns; first, figures come with the largest, words with A. */
  #nextOrder(column) {
    const now = this.#headings.get(column.sort).getAttribute('aria-sort');
    if (now === 'none') return column.isNumber ? 'desc' : 'asc';
    return now === 'descending' ? 'asc' : 'desc';
  }

  sortedBy(sort, order) {
    for (const [name, heading] of this.#headings) {
      const direction = order === 'asc' ? 'ascending' : 'descending';
      heading.setAttribute('aria-sort', name === sort ? direction : 'none');
    }
  }

  set isBusy(busy) {
    this.element.setAttribute('aria-busy', busy);
  }

  /** Shows these and no others, in this order; `empty`: the sentence when there are none. */
  show(records, empty = 'There is nothing here.') {
    const shown = new Map();
    for (const record of records) {
      const key = this.#key(record);
      if (shown.has(key)) continue;
      const row = this.#rows.get(key) ?? this.#newRow();
      this.#fill(row, record);
      shown.set(key, row);
    }
    for (const [key, row] of this.#rows) if (!shown.has(key)) row.element.remove();
    this.#rows = shown;
    this.#arrange([...shown.values()].map((row) => row.element));
    this.#empty.hidden = shown.size > 0;
    this.#empty.textContent = empty;
    this.element.classList.toggle('is-empty', shown.size === 0);
  }

  /** Moves only what stands elsewhere: a row that is moved loses the focus in it. */
  #arrange(rows) {
    const focused = document.activeElement;
    rows.forEach((row, i) => {
      const there = this.#body.children[i] ?? null;
      if (there !== row) this.#body.insertBefore(row, there);
    });
    if (focused !== document.activeElement && this.#body.contains(focused)) focused.focus();
  }

  #newRow() {
    const cells = this.#columns.map((column) => make('td', {
      class: `${column.isNumber ? 'number' : ''} cell-${column.name}`,
      'data-label': column.label || null,
    }));
    return { element: make('tr', {}, cells), cells, values: [] };
  }

  #fill(row, record) {
    this.#columns.forEach((column, i) => {
      const value = String(column.value(record));
      if (row.values[i] === value) return;
      row.values[i] = value;
      const shown = column.cell ? column.cell(record) : value;
      row.cells[i].replaceChildren(...[shown].flat().filter((part) => part !== null));
      row.cells[i].classList.toggle('is-blank', row.cells[i].textContent === '');
    });
  }
}
