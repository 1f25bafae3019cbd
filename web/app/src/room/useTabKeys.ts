// Arrow keys, Home and End in a row of tabs: they go there and choose, as people expect of tabs.
import { useCallback, type KeyboardEvent } from "react";

export function useTabKeys() {
  return useCallback((event: KeyboardEvent<HTMLElement>) => {
    const tabs = [...event.currentTarget.querySelectorAll<HTMLElement>("[role=tab]")];
    const at = tabs.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    const tab = tabs[(to + tabs.length) % tabs.length]!;
    event.preventDefault();
    tab.focus();
    tab.click();
  }, []);
}
