// Begins here: without a token it is asked for, with one the console is shown, until the token
// goes. Everything that one of the two started ends with it.
import { session } from './session.js';
import { showGate } from './views/gate.js';
import { showShell } from './views/shell.js';

const page = document.getElementById('page');
let life = new AbortController();

/** `isFirst`: the page was just loaded, and the focus stays at its beginning. */
function begin(isFirst) {
  life.abort();
  life = new AbortController();
  document.querySelectorAll('dialog').forEach((dialog) => dialog.close());
  if (session.token) showShell(page, life.signal, isFirst);
  else showGate(page, life.signal);
}

// The address behind the # says which view is shown; skipping to its content is no other one.
document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  document.getElementById('content').focus();
});
session.addEventListener('changed', () => begin(false));
begin(true);
