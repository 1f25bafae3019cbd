// Asks before everything on the board goes, for everybody.
import { useState } from "react";
import { sentenceOf } from "../api/sentences";
import { Dialog } from "../parts/Dialog";
import { Icon } from "../parts/Icon";
import type { SceneLink } from "./SceneLink";

interface Props {
  link: SceneLink;
  onClose(): void;
}

export function ClearBoard({ link, onClose }: Props) {
  const [problem, setProblem] = useState("");
  const [isBusy, setBusy] = useState(false);

  async function clear() {
    setBusy(true);
    setProblem("");
    try {
      await link.clear();
      onClose();
    } catch (error) {
      setProblem(sentenceOf(error));
      setBusy(false);
    }
  }

  return (
    <Dialog title="Clear the board?" onClose={onClose}>
      <p>Everything on it goes, for everybody in the room. You can undo it right afterwards.</p>
      {problem && (
        <p className="problem" role="alert">
          <Icon name="warning" />
          {problem}
        </p>
      )}
      <div className="buttons">
        <button type="button" className="button" onClick={onClose}>
          Keep it
        </button>
        <button type="button" className="button is-danger" disabled={isBusy} onClick={clear}>
          {isBusy && <span className="spinner" />}
          Clear the board
        </button>
      </div>
    </Dialog>
  );
}
