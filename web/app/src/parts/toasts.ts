// Short words about what just happened ("Link copied"). At most three at a time, each for a while.
import type { Watched } from "@atrium/client";

export interface Toast {
  id: number;
  text: string;
  isProblem: boolean;
}

const MOST = 3;
const SHOWN_MS = 5000;
const listeners = new Set<() => void>();
let shown: readonly Toast[] = [];
let nextId = 1;

export const toasts: Watched<readonly Toast[]> = {
  get: () => shown,
  subscribe(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

/** Says it, to screen readers too. */
export function say(text: string, isProblem = false): void {
  const id = nextId++;
  set([...shown.filter((toast) => toast.text !== text), { id, text, isProblem }].slice(-MOST));
  setTimeout(() => dismiss(id), SHOWN_MS);
}

export function dismiss(id: number): void {
  if (shown.some((toast) => toast.id === id)) set(shown.filter((toast) => toast.id !== id));
}

function set(next: readonly Toast[]): void {
  shown = next;
  listeners.forEach((listener) => listener());
}
