// Who is at the console: the operator's token and the name for the audit list. Both are kept for
// this tab only, and nowhere but in the session's storage; a token is never part of an address.
const TOKEN = 'atrium.token';
const OPERATOR = 'atrium.operator';

class Session extends EventTarget {
  /** Why the last token was given up; shown where the next one is asked for. */
  why = '';

  get token() {
    return sessionStorage.getItem(TOKEN) ?? '';
  }

  get operator() {
    return sessionStorage.getItem(OPERATOR) ?? '';
  }

  begin(token, operator) {
    sessionStorage.setItem(TOKEN, token);
    if (operator) sessionStorage.setItem(OPERATOR, operator);
    else sessionStorage.removeItem(OPERATOR);
    this.why = '';
    this.dispatchEvent(new Event('changed'));
  }

  /** `why`: a sentence; empty when the operator wants to leave. */
  forget(why = '') {
    if (!this.token) return;
    sessionStorage.removeItem(TOKEN);
    this.why = why;
    this.dispatchEvent(new Event('changed'));
  }
}

export const session = new Session();
