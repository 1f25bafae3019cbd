// A modal dialog by the browser's own <dialog>: it keeps the focus inside, gives it back
// afterwards, and Escape or a press beside it closes. What carries data-first has the focus at the
// start.
import { useEffect, useId, useRef, type ReactNode } from "react";
import { Icon } from "./Icon";
import "./dialog.css";

interface Props {
  title: string;
  onClose(): void;
  children: ReactNode;
}

export function Dialog({ title, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  useEffect(() => {
    const shown = dialog.current!;
    const before = document.activeElement;
    if (!shown.open) shown.showModal();
    shown.querySelector<HTMLElement>("[data-first]")?.focus();
    return () => {
      shown.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);

  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => event.target === dialog.current && onClose()}
    >
      <div className="dialog-body">
        <header className="dialog-head">
          <h2 id={titleId}>{title}</h2>
          <button type="button" className="icon-button" aria-label="Close" onClick={onClose}>
            <Icon name="close" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
