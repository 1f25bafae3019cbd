// The map's colours: those of the app's style sheets, as a canvas can take them. Read anew when the
// theme changes.
const NAMES = {
  ground: "--sunken",
  floor: "--surface",
  line: "--line",
  dot: "--line-strong",
  ink: "--ink",
  quiet: "--quiet",
  accent: "--accent",
  accentSoft: "--accent-soft",
} as const;

export type Palette = Readonly<Record<keyof typeof NAMES, string>> & {
  readonly isDark: boolean;
  readonly font: string;
};

/** The colours that hold where `place` stands. */
export function paletteOf(place: HTMLElement): Palette {
  const probe = place.appendChild(document.createElement("i"));
  probe.hidden = true;
  const style = getComputedStyle(probe);
  const colours = Object.entries(NAMES).map(([name, token]) => {
    // A token may be light-dark(…): only a real property tells which of the two holds.
    probe.style.color = `var(${token})`;
    return [name, style.color];
  });
  probe.style.color = "light-dark(black, white)";
  const isDark = style.color === "rgb(255, 255, 255)";
  const font = style.fontFamily;
  probe.remove();
  return { ...(Object.fromEntries(colours) as Record<keyof typeof NAMES, string>), isDark, font };
}

/** Calls `listener` when another theme is shown. The returned function ends that. */
export function onTheme(listener: () => void): () => void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const chosen = new MutationObserver(listener);
  system.addEventListener("change", listener);
  chosen.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  return () => {
    system.removeEventListener("change", listener);
    chosen.disconnect();
  };
}
