// A button that opens a menu. Arrow keys, Home and End walk through it, Escape and Tab close it,
// and the focus goes back to the button.
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { Icon, type IconName } from "./Icon";
import "./menu.css";

export interface MenuItem {
  label: string;
  icon?: IconName;
  isDanger?: boolean;
  /** Set for items of which one is chosen. */
  isChosen?: boolean;
  /** A thin line before it. */
  startsGroup?: boolean;
  act(): void;
}

interface Props {
  label: string;
  className?: string;
  items: readonly MenuItem[];
  children: ReactNode;
}

export function Menu({ label, className = "icon-button", items, children }: Props) {
  const [isOpen, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();

  useEffect(() => {
    if (!isOpen) return;
    const entries = itemsOf(root.current!);
    const isChoice = entries[0]?.getAttribute("role") === "menuitemradio";
    (entries.find((item) => isChoice && item.ariaChecked === "true") ?? entries[0])?.focus();
    const outside = (event: Event) => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    addEventListener("pointerdown", outside);
    return () => removeEventListener("pointerdown", outside);
  }, [isOpen]);

  function close() {
    setOpen(false);
    button.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent) {
    if (!isOpen) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    } else if (event.key === "Tab") {
      setOpen(false);
    } else if (walk(event.key, itemsOf(root.current!))) {
      event.preventDefault();
    }
  }

  return (
    <div className="menu" ref={root} onKeyDown={onKeyDown}>
      <button
        ref={button}
        type="button"
        className={className}
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={() => setOpen(!isOpen)}
      >
        {children}
      </button>
      {isOpen && (
        <div className="menu-list" id={id} role="menu" aria-label={label}>
          {items.map((item) => (
            <MenuEntry key={item.label} item={item} onDone={close} />
          ))}
        </div>
      )}
    </div>
  );
}

function MenuEntry({ item, onDone }: { item: MenuItem; onDone(): void }) {
  const isChoice = item.isChosen !== undefined;
  return (
    <>
      {item.startsGroup && <div className="menu-line" role="separator" />}
      <button
        type="button"
        role={isChoice ? "menuitemradio" : "menuitem"}
        aria-checked={item.isChosen}
        className={item.isDanger ? "menu-item is-danger" : "menu-item"}
        tabIndex={-1}
        onClick={() => {
          onDone();
          item.act();
        }}
      >
        {item.icon && <Icon name={item.icon} />}
        <span>{item.label}</span>
        {item.isChosen && <Icon name="check" />}
      </button>
    </>
  );
}

function itemsOf(root: HTMLElement): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>("[role^='menuitem']")];
}

function walk(key: string, items: HTMLElement[]): boolean {
  const at = items.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[key];
  if (to === undefined) return false;
  items[(to + items.length) % items.length]?.focus();
  return true;
}
