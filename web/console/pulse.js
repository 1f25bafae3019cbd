// Asks again and again, as long as somebody looks: not while the tab is hidden, and while the
// server is away only the probe asks, later and later. What returns, of the tab or the server, asks
// at once.
import { link } from './link.js';

const LONGEST_WAIT_MS = 30_000;

/** 1, 2, 4 … 30 s, a little apart, so that many consoles do not come at the same moment. */
export function backOffMs(tries) {
  return Math.min(LONGEST_WAIT_MS, 1000 * 2 ** tries) * (0.8 + 0.4 * Math.random());
}

/**
 * Runs `task(signal)` now, and again `periodMs` after it is done, until `signal`. A second run ends
 * the one under way. `onFailure` gets what it throws, unless the server is away: the banner says
 * so. `isProbe`: this one finds out when the server is back. Gives `{now()}`: run now.
 */
export function every(periodMs, task, { signal, onFailure = () => {}, isProbe = false }) {
  let timer = 0;
  let current;
  let tries = 0;

  const waitAfter = (failure) => {
    if (!failure) {
      tries = 0;
      return periodMs;
    }
    const isGone = failure.kind === 'absent';
    const wait = Math.max(isGone ? LONGEST_WAIT_MS : periodMs, failure.retryAfterMs ?? 0);
    if (failure.kind !== 'away') {
      // What is no Failure is a defect of this page: for whoever looks for it.
      if (!failure.kind) console.error(failure);
      onFailure(failure);
      return wait;
    }
    if (!isProbe) return wait;
    const longer = Math.max(wait, backOffMs(tries++));
    link.waitsUntil(Date.now() + longer);
    return longer;
  };

  const run = async () => {
    clearTimeout(timer);
    current?.abort();
    if (signal.aborted || document.hidden || (link.isAway && !isProbe)) return;
    const mine = new AbortController();
    current = mine;
    let failure = null;
    try {
      await task(AbortSignal.any([signal, mine.signal]));
    } catch (error) {
      failure = error;
    }
    if (mine.signal.aborted || signal.aborted) return;
    timer = setTimeout(run, waitAfter(failure));
  };

  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    current?.abort();
  });
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) run();
  }, { signal });
  link.addEventListener('back', () => {
    if (!isProbe) run();
  }, { signal });
  run();
  return { now: run };
}
