// The frame of what stands before a room: a calm card in the middle, and the way home.
import type { ReactNode } from "react";
import { Brand } from "../parts/Brand";
import { ThemeMenu } from "../theme/ThemeMenu";
import "./door.css";

export function Door({ children }: { children: ReactNode }) {
  return (
    <div className="door">
      <header className="door-bar">
        <Brand />
        <ThemeMenu />
      </header>
      <main className="door-card card">{children}</main>
    </div>
  );
}
