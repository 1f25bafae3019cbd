// Where the short words appear: one live region for the whole app.
import { useWatched } from "../hooks/useWatched";
import { Icon } from "./Icon";
import { dismiss, toasts } from "./toasts";
import "./toasts.css";

export function Toasts() {
  const shown = useWatched(toasts);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {shown.map((toast) => (
        <p key={toast.id} className={toast.isProblem ? "toast is-problem" : "toast"}>
          <Icon name={toast.isProblem ? "warning" : "check"} />
          <span>{toast.text}</span>
          <button
            type="button"
            className="icon-button is-small"
            aria-label="Dismiss"
            onClick={() => dismiss(toast.id)}
          >
            <Icon name="close" />
          </button>
        </p>
      ))}
    </div>
  );
}
