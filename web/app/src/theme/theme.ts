// Light or dark: the system's choice unless the person made one, which is kept in this browser.
// `theme` is what is shown now; it changes with the system too.
import type { Watched } from "@atrium/client";
import { readText, writeText } from "../identity/storage";

export type Theme = "light" | "dark";
export type ThemeChoice = Theme | "system";

const KEY = "atrium.theme";
const listeners = new Set<() => void>();
const system = matchMedia("(prefers-color-scheme: dark)");
let choice: ThemeChoice = readChoice();

/** What the person chose. */
export const themeChoice: Watched<ThemeChoice> = { get: () => choice, subscribe };

/** What is shown. */
export const theme: Watched<Theme> = {
  get: () => (choice === "system" ? (system.matches ? "dark" : "light") : choice),
  subscribe,
};

/** Takes the choice, keeps it and shows it. */
export function chooseTheme(next: ThemeChoice): void {
  choice = next;
  writeText(KEY, next === "system" ? null : next);
  showTheme();
  listeners.forEach((listener) => listener());
}

/** Puts the choice where the style sheets look for it. */
export function showTheme(): void {
  if (choice === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = choice;
}

system.addEventListener("change", () => listeners.forEach((listener) => listener()));

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function readChoice(): ThemeChoice {
  const kept = readText(KEY);
  return kept === "light" || kept === "dark" ? kept : "system";
}
