// The frame around every view: navigation, the server's state, the banner while it is away. The
// address behind the # says which view; leaving one ends all that it started.
import { button, make, setText } from '../elements.js';
import { figures } from '../figures.js';
import { duration } from '../format.js';
import { icon } from '../icons.js';
import { link } from '../link.js';
import { session } from '../session.js';
import { showAudit } from './audit.js';
import { showConnections } from './connections.js';
import { showOverview } from './overview.js';
import { showRoom } from './room.js';
import { showRooms } from './rooms.js';
import { showServer } from './server.js';
import { showUser } from './user.js';
import { showUsers } from './users.js';

/** `within`: the entry of the navigation that a view without one of its own belongs to. */
const VIEWS = {
  overview: { title: 'Overview', show: showOverview },
  rooms: { title: 'Rooms', show: showRooms },
  connections: { title: 'Connections', show: showConnections },
  users: { title: 'Users', show: showUsers },
  audit: { title: 'Audit', show: showAudit },
  server: { title: 'Server', show: showServer },
  room: { title: 'Room', show: showRoom, within: 'rooms', isOfOne: true },
  user: { title: 'User', show: showUser, within: 'users', isOfOne: true },
};

/** `#/room/123456?x=y` as {name, subject, parameters}; what leads nowhere leads to the overview. */
function readRoute() {
  const [path, search = ''] = location.hash.replace(/^#\/?/, '').split('?', 2);
  const [name, ...rest] = path.split('/');
  try {
    const subject = decodeURIComponent(rest.join('/'));
    const view = Object.hasOwn(VIEWS, name) ? VIEWS[name] : undefined;
    if (view && Boolean(view.isOfOne) === (subject !== ''))
      return { name, subject, parameters: new URLSearchParams(search) };
  } catch {
    // Wrongly encoded: as if it were empty.
  }
  return { name: 'overview', subject: '', parameters: new URLSearchParams() };
}

function navigation() {
  const links = Object.entries(VIEWS).filter(([, view]) => !view.isOfOne)
    .map(([name, view]) => make('a', { href: `#/${name}`, 'data-view': name },
      icon(name), make('span', {}, view.title)));
  return {
    element: make('nav', { class: 'views', 'aria-label': 'Views' }, links),
    mark(name) {
      for (const one of links) {
        const isThis = one.dataset.view === name;
        if (isThis) one.setAttribute('aria-current', 'page');
        else one.removeAttribute('aria-current');
        // On a phone the navigation is wider than the screen.
        if (isThis) one.scrollIntoView({ block: 'nearest', inline: 'center' });
      }
    },
  };
}

/** The dot and the words beside it: how the server is. */
function serverState(signal) {
  const dot = make('span', { class: 'dot', 'aria-hidden': true });
  const state = make('span', { class: 'state' }, 'connecting…');
  const detail = make('span', { class: 'quiet-text' });
  const show = () => {
    const overview = figures.overview;
    if (!overview && !link.isAway) return;
    const word = link.isAway ? 'away'
      : overview.server.draining ? 'draining' : overview.health.status;
    dot.className = `dot is-${word}`;
    setText(state, word);
    if (overview)
      setText(detail, `${overview.server.version} · up ${duration(overview.server.uptimeSeconds)}`);
  };
  figures.addEventListener('sample', show, { signal });
  link.addEventListener('lost', show, { signal });
  link.addEventListener('back', show, { signal });
  return make('div', { class: 'server-state' }, make('p', {}, dot, state), detail);
}

function banner(signal) {
  const text = make('span');
  const countdown = make('span', { 'aria-hidden': true });
  const element = make('div', { class: 'banner', role: 'alert', hidden: true }, text, countdown,
    button('Try now', () => figures.now()));
  const show = () => {
    element.hidden = !link.isAway;
    if (!link.isAway) return;
    setText(text, `${link.why} What you see is from before.`);
    const seconds = Math.ceil((link.nextTry - Date.now()) / 1000);
    setText(countdown, seconds > 0 ? `Next try in ${seconds} s.` : 'Trying…');
  };
  for (const event of ['lost', 'back', 'waiting']) link.addEventListener(event, show, { signal });
  const timer = setInterval(show, 1_000);
  signal.addEventListener('abort', () => clearInterval(timer));
  show();
  return element;
}

function whoIsHere() {
  return make('div', { class: 'who' },
    session.operator ? make('bdi', { class: 'quiet-text' }, session.operator) : null,
    button('Forget token', () => session.forget()));
}

/** `isFirst`: nothing was shown before. */
export function showShell(page, signal, isFirst) {
  const views = navigation();
  const content = make('main', { id: 'content', tabindex: -1 });
  let life = new AbortController();

  const go = (keepsFocus) => {
    life.abort();
    life = new AbortController();
    const route = readRoute();
    const view = VIEWS[route.name];
    views.mark(view.within ?? route.name);
    document.title = `${route.subject || view.title} · Atrium console`;
    const heading = make('h1', { tabindex: -1 }, view.title);
    content.replaceChildren();
    view.show({ ...route, heading, content, signal: AbortSignal.any([signal, life.signal]) });
    scrollTo(0, 0);
    // Whoever cannot see it is told that the view is another one.
    if (keepsFocus !== true) heading.focus({ preventScroll: true });
  };

  page.replaceChildren(make('div', { class: 'shell' },
    make('header', { class: 'side' },
      make('a', { class: 'brand', href: '#/overview' },
        make('img', { src: 'icon.svg', alt: '', width: 26, height: 26 }), 'Atrium'),
      views.element, serverState(signal), whoIsHere()),
    make('div', { class: 'body' }, banner(signal), content)));
  addEventListener('hashchange', go, { signal });
  signal.addEventListener('abort', () => life.abort());
  figures.start(signal);
  go(isFirst);
}
