// The switch between light, dark and what the system says.
import { useWatched } from "../hooks/useWatched";
import { Icon, type IconName } from "../parts/Icon";
import { Menu, type MenuItem } from "../parts/Menu";
import { chooseTheme, theme, themeChoice, type ThemeChoice } from "./theme";

const choices: readonly [ThemeChoice, string, IconName][] = [
  ["system", "Like the system", "system"],
  ["light", "Light", "sun"],
  ["dark", "Dark", "moon"],
];

/** The entries, for menus that hold other things as well. */
export function themeItems(chosen: ThemeChoice): MenuItem[] {
  return choices.map(([choice, label, icon]) => ({
    label,
    icon,
    isChosen: choice === chosen,
    act: () => chooseTheme(choice),
  }));
}

export function ThemeMenu() {
  const chosen = useWatched(themeChoice);
  const shown = useWatched(theme);
  return (
    <Menu label="Light or dark" items={themeItems(chosen)}>
      <Icon name={shown === "dark" ? "moon" : "sun"} />
    </Menu>
  );
}
