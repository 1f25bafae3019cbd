// Waiting with a limit. Whatever a test waits for is an event, a promise or a condition of the
// server's; nothing sleeps for a guessed time, and nothing waits for ever: when the limit is over
// the test fails and says what did not happen.
//
// The limit is generous, because it is only ever used up by a failing test, on a machine that may
// be busy or run a build with sanitizers.

/** The longest that anything may take, in ms. */
export const PATIENCE_MS = 20_000;

/** `promise`, or an error that says that `what` did not happen. */
export function within(promise, what, limitMs = PATIENCE_MS) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not within ${limitMs} ms`)), limitMs);
    // A test that is over does not wait for what it gave up. Stage keeps the process until then.
    timer.unref();
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** The arguments of the next `event` of an emitter, or an error after the limit. */
export function once(emitter, event, what = event, limitMs = PATIENCE_MS) {
  return within(new Promise((resolve) => {
    emitter.once(event, (...args) => resolve(args));
  }), what, limitMs);
}

/**
 * What `check` gives as soon as it is neither false nor nothing. For states that nobody announces;
 * errors of `check` count as "not yet".
 */
export async function eventually(check, what, limitMs = PATIENCE_MS, everyMs = 10) {
  const deadline = Date.now() + limitMs;
  let why = '';
  while (Date.now() < deadline) {
    try {
      const found = await check();
      if (found !== false && found !== undefined && found !== null) return found;
    } catch (error) {
      why = ` (${error.message})`;
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  throw new Error(`${what}: not within ${limitMs} ms${why}`);
}
