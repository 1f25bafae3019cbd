// Asks before something is done that cannot be undone, or that others see; and says what came of
// it. The browser's own <dialog>: Escape closes it, the focus stays in it and returns to where it
// was.
import { button, make } from './elements.js';

const notices = make('div', { class: 'notices', role: 'status', 'aria-live': 'polite' });
const SHOWN_MS = 6_000;

/** A sentence at the edge of the page, for some seconds. */
export function notify(sentence) {
  if (!notices.isConnected) document.body.append(notices);
  const notice = make('p', {}, sentence);
  notices.append(notice);
  setTimeout(() => notice.remove(), SHOWN_MS);
}

function fieldOf({ name, label, hint = '', maxlength = 200, isRequired = false, isLong = false }) {
  const input = make(isLong ? 'textarea' : 'input', {
    name, maxlength, required: isRequired, autocomplete: 'off', rows: isLong ? 3 : null,
  });
  return make('label', { class: 'field stacked' },
    make('span', {}, label, hint ? make('small', {}, hint) : null), input);
}

/**
 * `title`: the question. `text`: what will happen, strings or elements. `action`: the button's
 * word. `fields`: [{name, label, hint, maxlength, isRequired, isLong}]. `run(values)` does it and
 * gives the sentence for the notice; what it throws is shown and may be tried again. `isDangerous`:
 * the button is red, and Enter alone does nothing.
 */
export function confirm({ title, text, action, fields = [], run, isDangerous = false }) {
  const failure = make('p', { class: 'failure', role: 'alert', hidden: true });
  const cancel = button('Cancel', () => dialog.close());
  const go = make('button', { type: 'submit', class: isDangerous ? 'danger' : 'primary' }, action);
  // Reached by program only: a key that is held down must not answer the question.
  const heading = make('h2', { id: 'dialog-title', tabindex: -1 }, title);
  const form = make('form', { onsubmit: (event) => submit(event) },
    heading, make('p', { id: 'dialog-text' }, text),
    fields.map(fieldOf), failure, make('div', { class: 'buttons' }, cancel, go));
  const dialog = make('dialog', {
    'aria-labelledby': 'dialog-title', 'aria-describedby': 'dialog-text',
    onclose: () => dialog.remove(),
  }, form);

  async function submit(event) {
    event.preventDefault();
    const values = Object.fromEntries([...new FormData(form)].map(([k, v]) => [k, v.trim()]));
    go.disabled = true;
    failure.hidden = true;
    try {
      const sentence = await run(values);
      dialog.close();
      if (sentence) notify(sentence);
    } catch (error) {
      failure.textContent = error.message;
      failure.hidden = false;
    } finally {
      go.disabled = false;
    }
  }

  document.body.append(dialog);
  dialog.showModal();
  (isDangerous ? heading : form.querySelector('input, textarea') ?? go).focus();
}
