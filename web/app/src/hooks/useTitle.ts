// The title of the tab, as long as the component is shown.
import { useEffect } from "react";

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title ? `${title} · Atrium` : "Atrium";
  }, [title]);
}
