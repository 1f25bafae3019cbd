// Asks the server. Paths are relative to where this page is, so that it works behind a proxy that
// serves Atrium below a path of its own. Every failure is a Failure with a sentence for people.
import { link } from './link.js';
import { session } from './session.js';

const ROOT = new URL('../api/', document.baseURI);
const PATIENCE_MS = 15_000;

const SENTENCES = {
  room_not_found: 'There is no such room: it was closed, or it has expired.',
  room_closed: 'The room was closed meanwhile.',
  message_not_found: 'There is no such message any more.',
  store_unavailable: 'The store does not answer, so this cannot be known or done now.',
  shutting_down: 'The server is shutting down.',
  rate_limited: 'Too many requests: the server asks this page to slow down.',
};

export class Failure extends Error {
  /** `kind`: `away` (nobody answers), `token`, `forbidden`, `absent` (404) or `refused`. */
  constructor(kind, sentence, { code = '', retryAfterMs = 0 } = {}) {
    super(sentence);
    this.kind = kind;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** A path of the API, each part encoded: `path('rooms', id, 'messages')`. */
export function path(...parts) {
  return parts.map(encodeURIComponent).join('/');
}

/** `{limit: 50, q: ''}` as a query string, without what is empty. */
export function query(parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value !== '' && value != null);
  return given.length > 0 ? `?${new URLSearchParams(given)}` : '';
}

/** A header holds bytes; the server reads UTF-8. */
function asHeader(text) {
  return String.fromCharCode(...new TextEncoder().encode(text));
}

function headersOf(token, operator, body) {
  const headers = { Authorization: `Bearer ${token}` };
  if (operator) headers['X-Operator'] = asHeader(operator);
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  return headers;
}

async function failureOf(response) {
  const said = await response.json().catch(() => ({}));
  const detail = {
    code: said.code ?? '',
    retryAfterMs: 1000 * Number(response.headers.get('Retry-After') ?? 0),
  };
  const sentence = SENTENCES[said.code] ?? said.error
    ?? `The server answers with ${response.status}.`;
  switch (response.status) {
  case 401: return new Failure('token', 'The server does not accept this token.', detail);
  case 403:
    return new Failure('forbidden', said.code === 'forbidden'
      ? 'This token is valid, but it is no operator\u2019s.' : sentence, detail);
  case 404: return new Failure('absent', sentence, detail);
  case 502:
  case 504: return new Failure('away', 'The proxy does not reach the server.', detail);
  default:
    return new Failure(said.code === 'shutting_down' ? 'away' : 'refused', sentence, detail);
  }
}

/** The response, whatever its status. `as`: another token than the session's. */
async function send(target, { method = 'GET', body, signal, as } = {}) {
  const { token, operator } = as ?? session;
  try {
    return await fetch(new URL(target, ROOT), {
      method,
      headers: headersOf(token, operator, body),
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
      signal,
    });
  } catch (error) {
    if (signal?.aborted && signal.reason?.name !== 'TimeoutError') throw error;
    throw new Failure('away', 'The server does not answer.');
  }
}

function note(failure, isCandidate) {
  if (failure.kind === 'away') link.lost(failure.message);
  else link.answered();
  if (isCandidate) return;
  if (failure.kind === 'token')
    session.forget('The server accepts this token no longer. It may have expired or been changed.');
  if (failure.kind === 'forbidden' && failure.code === 'forbidden') session.forget(failure.message);
}

/** What the server answers, as an object. Throws a Failure, or the signal's reason. */
export async function ask(target, options = {}) {
  const late = AbortSignal.timeout(PATIENCE_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, late]) : late;
  try {
    const response = await send(target, { ...options, signal });
    if (!response.ok) throw await failureOf(response);
    const answer = await response.json();
    link.answered();
    return answer;
  } catch (error) {
    if (options.signal?.aborted) throw error;
    const failure = error instanceof Failure ? error
      : new Failure('away', 'The server\u2019s answer did not come to its end.');
    note(failure, options.as !== undefined);
    throw failure;
  }
}

/** A stream without end, as text. Throws as `ask` does. */
export async function open(target, signal) {
  const response = await send(target, { signal });
  if (response.ok) return response.body.pipeThrough(new TextDecoderStream());
  const failure = await failureOf(response);
  note(failure, false);
  throw failure;
}
