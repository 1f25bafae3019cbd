// Asks for the operator's token and tries it before it is kept.
import { ask } from '../api.js';
import { make } from '../elements.js';
import { session } from '../session.js';

/** A token is sent in a header: visible ASCII, nothing else. */
const TOKEN = /^[\x21-\x7e]+( [\x21-\x7e]+)*$/;

function sentenceFor(failure) {
  if (failure.kind === 'absent')
    return 'This server has no operators: none of its settings names a token (ATRIUM_ADMIN_TOKEN).';
  if (failure.kind === 'token') return 'The server does not accept this token. Is it whole?';
  if (failure.kind === 'away') return `${failure.message} Is it running, and is the network up?`;
  return failure.message;
}

export function showGate(page, signal) {
  document.title = 'Atrium console';
  const token = make('input', {
    type: 'password', name: 'token', required: true, autocomplete: 'off', spellcheck: 'false',
    maxlength: 8_192, 'aria-describedby': 'token-hint',
  });
  const operator = make('input', {
    name: 'operator', autocomplete: 'off', maxlength: 64, value: session.operator,
  });
  const failure = make('p', { class: 'failure', role: 'alert', hidden: session.why === '' },
    session.why);
  const submit = make('button', { type: 'submit', class: 'primary' }, 'Open the console');

  const say = (sentence) => {
    failure.textContent = sentence;
    failure.hidden = false;
    token.focus();
    token.select();
  };
  const enter = async (event) => {
    event.preventDefault();
    const candidate = { token: token.value.trim(), operator: operator.value.trim() };
    if (!TOKEN.test(candidate.token))
      return say('A token has letters, digits and signs of ASCII only. Is it whole?');
    submit.disabled = true;
    try {
      await ask('admin/overview', { as: candidate, signal });
      session.begin(candidate.token, candidate.operator);
    } catch (why) {
      if (!signal.aborted) say(sentenceFor(why));
    } finally {
      submit.disabled = false;
    }
    return undefined;
  };

  page.replaceChildren(make('main', { class: 'gate', id: 'content', tabindex: -1 },
    make('form', { onsubmit: enter },
      make('img', { src: 'icon.svg', alt: '', width: 40, height: 40 }),
      make('h1', {}, 'Atrium console'),
      make('p', { id: 'token-hint', class: 'quiet-text' },
        'The token stays in this tab: it is forgotten when you close it.'),
      make('label', { class: 'field stacked' }, make('span', {}, 'Operator’s token'), token),
      make('label', { class: 'field stacked' }, make('span', {}, 'Your name',
        make('small', {}, 'for the audit list, if you like')), operator),
      failure, submit)));
  token.focus();
}
