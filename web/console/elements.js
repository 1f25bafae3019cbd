// Builds elements. A child that is no element becomes a text node, and an attribute is set as an
// attribute: nothing that is given here is ever read as HTML. There is no other way in this page by
// which something that a user wrote gets into the document.
const SVG = 'http://www.w3.org/2000/svg';

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** `make('button', { class: 'quiet', onclick: act }, 'Kick')` */
export function make(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function makeSvg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** What somebody wrote: its direction of writing stays its own. */
export function written(text, attributes = {}) {
  return make('bdi', attributes, String(text ?? ''));
}

/** An id, as people compare it: in a fixed width. */
export function code(text) {
  return make('bdi', { class: 'code' }, String(text ?? ''));
}

/** Sets the text where it is another one, so that a selection is not lost for nothing. */
export function setText(element, text) {
  const wanted = String(text);
  if (element.textContent !== wanted) element.textContent = wanted;
}

/** A small word beside a name: `locked`, `private`. `tone`: `danger`, `warn`, `accent` or none. */
export function tag(text, tone = '') {
  return make('span', { class: `tag ${tone}` }, text);
}

/** `act` is called when it is pressed. `kind`: `quiet`, `primary` or `danger`. */
export function button(text, act, kind = 'quiet', attributes = {}) {
  return make('button', { type: 'button', class: kind, onclick: act, ...attributes }, text);
}

/** A link into this page. Parts are encoded: an id may hold anything. */
export function hashLink(parts, ...children) {
  return make('a', { href: hashOf(parts) }, ...children);
}

export function hashOf(parts) {
  return `#/${parts.map(encodeURIComponent).join('/')}`;
}

/** A section with a heading of its own. */
export function panel(title, attributes = {}, ...children) {
  const { class: more = '', aside = null, ...rest } = attributes;
  const id = `panel-${title.toLowerCase().replace(/[^a-z]+/g, '-')}`;
  return make('section', { class: `panel ${more}`, 'aria-labelledby': id, ...rest },
    make('header', { class: 'panel-head' }, make('h2', { id }, title), aside), ...children);
}

/** What looks the same already stays: a link in it may have the focus. */
function replaceWith(parent, child) {
  if (!parent.firstChild?.isEqualNode(child)) parent.replaceChildren(child);
}

/** A list of terms and values; `set({term: text or element})` shows new ones, in their order. */
export function terms(names) {
  const values = Object.fromEntries(names.map((name) => [name, make('dd')]));
  const element = make('dl', { class: 'terms' },
    names.map((name) => make('div', {}, make('dt', {}, name), values[name])));
  return {
    element,
    set(given) {
      for (const [name, value] of Object.entries(given)) {
        if (value instanceof Node) replaceWith(values[name], value);
        else setText(values[name], value);
      }
    },
  };
}
