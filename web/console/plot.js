// A small line chart of the last five minutes: one or two lines over time, the largest value as
// scale, gaps where nothing was asked (the tab was hidden, the server away). Drawn by DOM calls.
import { make, makeSvg, setText } from './elements.js';
import { SPAN_MS } from './figures.js';
import { clock } from './format.js';

const WIDTH = 300;
const HEIGHT = 72;
const GAP_MS = 8_000;

/** 1, 2 or 5 times a power of ten, at least `value`: a scale that does not dance. */
function ceilingOf(value) {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * power).find((limit) => limit >= value);
}

/** Points cut where there is a gap. */
function pieces(points) {
  const all = [];
  points.forEach((point, i) => {
    if (i === 0 || point.at - points[i - 1].at > GAP_MS) all.push([]);
    all.at(-1).push(point);
  });
  return all;
}

export class Plot {
  #lines;
  #format;
  #title;
  #paths;
  #areas;
  #points = [];
  #value = make('strong', { class: 'plot-value' });
  #scale = make('span', { class: 'plot-scale' });
  #when = make('span', {}, 'now');
  #mark = makeSvg('line', { class: 'plot-mark', y1: 0, y2: HEIGHT, visibility: 'hidden' });
  #end = 0;

  /** `lines`: names; the first is drawn strongest. `format(value)`: with its unit. */
  constructor({ title, lines = [''], format }) {
    this.#lines = lines;
    this.#format = format;
    this.#title = title;
    this.#paths = lines.map((_, i) => makeSvg('path', { class: `plot-line line-${i}` }));
    this.#areas = lines.map((_, i) => makeSvg('path', { class: `plot-area line-${i}` }));
    this.drawing = makeSvg('svg', {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img',
      onpointermove: (event) => this.#pointAt(event),
      onpointerleave: () => this.#pointNowhere(),
    }, makeSvg('line', { class: 'plot-grid', x1: 0, x2: WIDTH, y1: HEIGHT / 2, y2: HEIGHT / 2 }),
    this.#areas[0], [...this.#paths].reverse(), this.#mark);
    this.element = make('figure', { class: 'plot' },
      make('figcaption', {}, make('span', {}, title), this.#value),
      make('div', { class: 'plot-frame' }, this.#scale, this.drawing),
      make('div', { class: 'plot-times', 'aria-hidden': true },
        make('span', {}, '5 min ago'), this.#when));
  }

  /** One list of {at, value} for each line. */
  show(lists) {
    this.#end = Date.now();
    this.#points = lists;
    const top = ceilingOf(Math.max(0, ...lists.flat().map((point) => point.value)));
    lists.forEach((points, i) => this.#draw(i, points, top));
    setText(this.#scale, this.#format(top));
    const now = lists.map((points) => points.at(-1)?.value);
    setText(this.#value, this.#text(now));
    const most = Math.max(0, ...lists[0].map((point) => point.value));
    this.drawing.setAttribute('aria-label',
      `${this.#title}: now ${this.#text(now)}, at most ${this.#format(most)} in 5 minutes`);
  }

  #text(values) {
    return values.map((value, i) => `${this.#lines[i]} ${this.#format(value)}`.trim()).join(' · ');
  }

  #draw(i, points, top) {
    const x = (at) => (WIDTH * (1 - (this.#end - at) / SPAN_MS)).toFixed(1);
    const y = (value) => (HEIGHT - 1 - (HEIGHT - 3) * (value / top)).toFixed(1);
    const drawn = pieces(points).map((piece) => ({
      line: `M${piece.map((point) => `${x(point.at)},${y(point.value)}`).join('L')}`,
      from: x(piece[0].at),
      to: x(piece.at(-1).at),
    }));
    this.#paths[i].setAttribute('d', drawn.map((piece) => piece.line).join(''));
    this.#areas[i].setAttribute('d', drawn
      .map((piece) => `${piece.line}L${piece.to},${HEIGHT}L${piece.from},${HEIGHT}Z`).join(''));
  }

  #pointAt(event) {
    const box = this.drawing.getBoundingClientRect();
    const at = this.#end - SPAN_MS * (1 - (event.clientX - box.left) / box.width);
    const nearest = this.#points.map((points) => points.reduce((best, point) => (
      !best || Math.abs(point.at - at) < Math.abs(best.at - at) ? point : best), null));
    if (!nearest[0]) return;
    const x = WIDTH * (1 - (this.#end - nearest[0].at) / SPAN_MS);
    this.#mark.setAttribute('x1', x);
    this.#mark.setAttribute('x2', x);
    this.#mark.setAttribute('visibility', 'visible');
    const values = nearest.map((point) => point?.value);
    setText(this.#when, `${clock(nearest[0].at)} · ${this.#text(values)}`);
  }

  #pointNowhere() {
    this.#mark.setAttribute('visibility', 'hidden');
    setText(this.#when, 'now');
  }
}
