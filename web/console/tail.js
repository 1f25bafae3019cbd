// What happens now in a room or of a user, line by line as the server tells it. The list is
// bounded: the oldest lines go. It follows its end unless somebody scrolled away. A stream that
// breaks is opened again, later and later; one that the server ended is over.
import { open } from './api.js';
import { button, code, make, setText, written } from './elements.js';
import { clock, counted } from './format.js';
import { link } from './link.js';
import { backOffMs } from './pulse.js';

const MOST_LINES = 500;
const SHOWN_CHARACTERS = 140;

/** The objects of a stream of lines. */
async function* objects(stream) {
  const reader = stream.getReader();
  let rest = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const lines = (rest + part.value).split('\n');
    rest = lines.pop();
    for (const line of lines) if (line.trim() !== '') yield JSON.parse(line);
  }
}

function scene(event) {
  return [`${counted(event.elements.length, 'element')} · version ${event.version}`];
}

const SENTENCES = {
  'chat:message': (e) => [written(`${e.username ?? e.userId}: ${e.message}`)],
  'chat:edited': (e) => [code(e.id), ': ', written(e.message)],
  'chat:deleted': (e) => [code(e.id)],
  'tail:skipped': () => ['This page was too slow: something is missing here.'],
  typing: (e) => [written(`${e.username ?? e.userId} ${e.isTyping ? 'types' : 'stopped typing'}`)],
  connected: (e) => ['connection ', code(e.connection)],
  disconnected: (e) => ['connection ', code(e.connection)],
  'presence:update': (e) => [`${e.count} connected`],
  'presence:delta': (e) => [`${e.count} connected · ${e.joined.length} came · ${e.left.length} left`],
  'whiteboard-update': scene,
  'whiteboard:patch': scene,
  announce: (e) => [written(e.message)],
  kicked: (e) => [written([e.userId, e.reason].filter(Boolean).join(': '))],
  command: (e) => [written(
    [e.event, e.roomId, e.code && `refused: ${e.code}`].filter(Boolean).join(' · '))],
};

/** Everything that has no sentence: its fields as they came. */
function fieldsOf(event) {
  const { type, roomId, ...fields } = event;
  const text = JSON.stringify(fields);
  const isLong = text.length > SHOWN_CHARACTERS;
  return [written(isLong ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text, { class: 'code' })];
}

function lineOf(event) {
  const sentence = Object.hasOwn(SENTENCES, event.type) ? SENTENCES[event.type] : fieldsOf;
  const whole = make('pre', { class: 'code' });
  const line = make('details', {
    // Spelled out only when somebody wants to see it.
    ontoggle: () => setText(whole, JSON.stringify(event, null, 2).slice(0, 20_000)),
  }, make('summary', {},
    make('time', {}, clock(Date.now())),
    make('span', { class: 'tail-type' }, String(event.type)),
    make('span', { class: 'tail-text' }, sentence(event))), whole);
  return make('li', { class: event.type === 'tail:skipped' ? 'is-skip' : '' }, line);
}

export class Tail {
  #target;
  #until;
  #run = null;
  #waiting = [];
  #all = 0;
  #list = make('ol', { tabindex: 0, 'aria-label': 'Events, the newest last' });
  #state = make('span', { class: 'tail-state', role: 'status' });
  #button = button('Watch', () => this.#turn());

  /** `target`: of the API. Ends with `signal`. */
  constructor(target, signal) {
    this.#target = target;
    this.#until = signal;
    this.controls = make('div', { class: 'controls' }, this.#state, this.#button);
    this.element = make('div', { class: 'tail' }, this.#list);
    this.#placeholder('Press “Watch” to see what happens. Nobody is told that you look.');
    signal.addEventListener('abort', () => this.#run?.abort());
  }

  #turn() {
    if (this.#run) this.#stop('Stopped');
    else this.#watch();
  }

  #stop(state) {
    this.#run?.abort();
    this.#run = null;
    setText(this.#button, 'Watch');
    setText(this.#state, state);
    this.element.classList.remove('is-live');
  }

  #placeholder(sentence) {
    this.#list.replaceChildren(make('li', { class: 'empty' }, sentence));
    this.#all = 0;
  }

  async #watch() {
    const run = new AbortController();
    this.#run = run;
    setText(this.#button, 'Stop');
    this.element.classList.add('is-open');
    this.#placeholder('Waiting for something to happen…');
    for (let tries = 0; !run.signal.aborted; ++tries) {
      try {
        setText(this.#state, 'Connecting…');
        const stream = await open(this.#target, run.signal);
        tries = 0;
        setText(this.#state, 'Live');
        this.element.classList.add('is-live');
        for await (const event of objects(stream)) this.#take(event);
        this.#stop('Ended by the server');
      } catch (failure) {
        if (run.signal.aborted) return;
        if (failure.kind && failure.kind !== 'away') this.#stop(failure.message);
        else await this.#pause(tries, run.signal);
      }
    }
  }

  /** Until the next try: a while, or until something else reached the server. */
  #pause(tries, signal) {
    this.element.classList.remove('is-live');
    setText(this.#state, 'Interrupted; trying again');
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, backOffMs(tries));
      for (const [target, event] of [[link, 'back'], [signal, 'abort']])
        target.addEventListener(event, () => {
          clearTimeout(timer);
          resolve();
        }, { once: true });
    });
  }

  #take(event) {
    if (event.type === 'tail:alive' || event.type === 'tail') return;
    this.#waiting.push(event);
    // Whatever comes within a frame is shown with it; what is too much for the list never is.
    if (this.#waiting.length === 1) setTimeout(() => this.#show(), 50);
    if (this.#waiting.length > MOST_LINES) this.#waiting.splice(1, 1);
  }

  #show() {
    const events = this.#waiting.splice(0);
    const list = this.#list;
    const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
    if (this.#all === 0) list.replaceChildren();
    this.#all += events.length;
    list.append(...events.map(lineOf));
    while (list.children.length > MOST_LINES) list.firstElementChild.remove();
    if (isAtEnd) list.scrollTop = list.scrollHeight;
  }
}
