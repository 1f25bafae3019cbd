// Keeps a part that fails, or whose code cannot be fetched, from taking the page with it.
import { Component, type ReactNode } from "react";
import { Icon } from "./Icon";
import "./boundary.css";

interface Props {
  /** What it is, to begin the sentence with: "The whiteboard". */
  what: string;
  children: ReactNode;
}

export class Boundary extends Component<Props, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError(): { hasFailed: boolean } {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <div className="boundary" role="alert">
        <Icon name="warning" />
        <p>
          {this.props.what} couldn’t be shown. Everything that was said and drawn is on the server.
        </p>
        <button type="button" className="button" onClick={() => location.reload()}>
          Reload the page
        </button>
      </div>
    );
  }
}
