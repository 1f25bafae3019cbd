// A list of the server's: a table with search, choices, sorting and paging, asked for again every
// few seconds. What is looked for stands in the page's address, so that it can be kept and sent.
import { ask, query } from './api.js';
import { button, make, setText } from './elements.js';
import { count, counted } from './format.js';
import { every } from './pulse.js';
import { Table } from './table.js';

const PERIOD_MS = 3_000;
const TYPING_MS = 250;
const LIMITS = ['25', '50', '100', '200'];

/**
 * `path`: of the API. `field`: where the records are in its answer. `route`: the page's own name.
 * `filters`: [{name, label, options: [[value, text]]}] or [{name, label, placeholder}] for a
 * search. `sort`, `order`: what holds unless the address says otherwise. `words`: [one, many].
 */
export class List {
  #given;
  #parameters;
  #cursors = [''];
  #table;
  #pulse;
  #note = make('p', { class: 'failure', role: 'alert', hidden: true });
  #position = make('span', { class: 'position', 'aria-live': 'polite' });
  #back = button('Previous', () => this.#turn(-1));
  #next = button('Next', () => this.#turn(1));
  #nextCursor = '';

  constructor(given) {
    this.#given = given;
    this.#parameters = given.parameters;
    this.#table = new Table({
      caption: given.caption,
      columns: given.columns,
      key: given.key,
      onSort: (sort, order) => this.#change({ sort, order }),
    });
    this.element = make('div', { class: 'list' },
      make('div', { class: 'toolbar', role: 'search' },
        (given.filters ?? []).map((filter) => this.#filter(filter))),
      this.#note, this.#table.element,
      make('nav', { class: 'pager', 'aria-label': 'Pages' },
        this.#position, this.#limit(), this.#back, this.#next));
    this.#table.sortedBy(this.#value('sort'), this.#value('order'));
    this.#pulse = every(PERIOD_MS, (signal) => this.#load(signal), {
      signal: given.signal,
      onFailure: (failure) => this.#say(failure.message),
    });
  }

  refresh() {
    this.#pulse.now();
  }

  #value(name) {
    return this.#parameters.get(name) ?? this.#given[name] ?? '';
  }

  #filter({ name, label, placeholder, options }) {
    if (options) {
      const select = make('select', { onchange: () => this.#change({ [name]: select.value }) },
        options.map(([value, text]) => make('option', { value }, text)));
      select.value = this.#value(name);
      return make('label', { class: 'field' }, make('span', { class: 'unseen' }, label), select);
    }
    let timer = 0;
    const input = make('input', {
      type: 'search', placeholder, value: this.#value(name), spellcheck: 'false',
      autocomplete: 'off', maxlength: 100,
      oninput: () => {
        clearTimeout(timer);
        timer = setTimeout(() => this.#change({ [name]: input.value.trim() }), TYPING_MS);
      },
    });
    return make('label', { class: 'field grows' }, make('span', { class: 'unseen' }, label), input);
  }

  #limit() {
    const select = make('select', { onchange: () => this.#change({ limit: select.value }) },
      LIMITS.map((value) => make('option', { value }, value)));
    select.value = LIMITS.includes(this.#value('limit')) ? this.#value('limit') : '50';
    return make('label', { class: 'field' }, make('span', {}, 'Per page'), select);
  }

  #change(values) {
    for (const [name, value] of Object.entries(values)) {
      if (value === '' || value === this.#given[name]) this.#parameters.delete(name);
      else this.#parameters.set(name, value);
    }
    this.#cursors = [''];
    this.#table.sortedBy(this.#value('sort'), this.#value('order'));
    const search = this.#parameters.size > 0 ? `?${this.#parameters}` : '';
    history.replaceState(null, '', `#/${this.#given.route}${search}`);
    this.#reload();
  }

  #turn(direction) {
    if (direction > 0) this.#cursors.push(this.#nextCursor);
    else this.#cursors.pop();
    this.#reload();
  }

  #reload() {
    this.#table.isBusy = true;
    this.#pulse.now();
  }

  async #load(signal) {
    const names = ['sort', 'order', ...(this.#given.filters ?? []).map((filter) => filter.name)];
    const asked = Object.fromEntries(names.map((name) => [name, this.#value(name)]));
    const limit = this.#value('limit') || '50';
    const answer = await ask(this.#given.path
      + query({ ...asked, limit, cursor: this.#cursors.at(-1) }), { signal });
    this.#say('');
    this.#show(answer, Number(limit));
  }

  #show(answer, limit) {
    const records = answer[this.#given.field];
    const isFiltered = (this.#given.filters ?? []).some(({ name }) => this.#value(name) !== '');
    this.#table.show(records, isFiltered ? 'Nothing fits what you look for.' : this.#given.empty);
    this.#table.isBusy = false;
    this.#nextCursor = answer.cursor ?? '';
    this.#back.disabled = this.#cursors.length < 2;
    this.#next.disabled = this.#nextCursor === '';
    setText(this.#position, this.#positionText(answer, records.length, limit));
  }

  #positionText({ total }, shown, limit) {
    const [one, many] = this.#given.words;
    if (this.#cursors.length === 1 && this.#nextCursor === '') return counted(shown, one, many);
    const first = (this.#cursors.length - 1) * limit + 1;
    const range = `${count(first)}–${count(first + Math.max(0, shown - 1))}`;
    return total === undefined ? range : `${range} of ${counted(total, one, many)}`;
  }

  #say(sentence) {
    this.#note.hidden = sentence === '';
    setText(this.#note, sentence);
    if (sentence) this.#table.isBusy = false;
  }
}
