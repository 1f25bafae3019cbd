// The entry: theme before the first paint, then the app.
import { createRoot } from "react-dom/client";
import "./theme/tokens.css";
import "./theme/base.css";
import "./parts/controls.css";
import { App } from "./App";
import { showTheme } from "./theme/theme";

showTheme();
createRoot(document.getElementById("root")!).render(<App />);
