// A new room: a name is enough; the rest has sensible defaults. Goes there when it exists.
import { useRef, useState, type FormEvent } from "react";
import { createRoom } from "../api/rooms";
import { sentenceOf } from "../api/sentences";
import { identity } from "../identity/identity";
import { keepPassword } from "../identity/passwords";
import { Dialog } from "../parts/Dialog";
import { Field } from "../parts/Field";
import { go } from "../routing/route";
import { KindChoice } from "./KindChoice";
import { emptyDraft, newRoomOf, problemsOf, type DraftProblems, type RoomDraft } from "./newRoom";

export function CreateRoomDialog({ onClose }: { onClose(): void }) {
  const [draft, setDraft] = useState(emptyDraft);
  const [problems, setProblems] = useState<DraftProblems>({});
  const [refusal, setRefusal] = useState<string | null>(null);
  const [isCreating, setCreating] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const set = (change: Partial<RoomDraft>) => setDraft((before) => ({ ...before, ...change }));

  async function submit(event: FormEvent) {
    event.preventDefault();
    const found = problemsOf(draft);
    setProblems(found);
    const first = Object.keys(found)[0];
    if (first) {
      form.current?.querySelector("details")?.toggleAttribute("open", first !== "name");
      form.current?.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
      return;
    }
    setCreating(true);
    setRefusal(null);
    try {
      const room = await createRoom(newRoomOf(draft, identity.get().userId));
      if (draft.password) keepPassword(room.id, draft.password);
      go(
        room.kind === "space" ? { page: "space", space: room.id } : { page: "room", room: room.id },
      );
    } catch (error) {
      setRefusal(sentenceOf(error));
      setCreating(false);
    }
  }

  return (
    <Dialog title="New room" onClose={onClose}>
      <form ref={form} className="stack" onSubmit={submit} noValidate>
        <Field
          label="Name"
          name="name"
          value={draft.name}
          maxLength={100}
          autoComplete="off"
          data-first
          placeholder="Friday sketching"
          problem={problems.name}
          onChange={(event) => set({ name: event.target.value })}
        />
        <KindChoice kind={draft.kind} onChoose={(kind) => set({ kind })} />
        <label className="check">
          <input
            type="checkbox"
            checked={draft.isPrivate}
            onChange={(event) => set({ isPrivate: event.target.checked })}
          />
          <span>
            Private
            <small>
              Not in the list of public rooms: only those with the code or link find it.
            </small>
          </span>
        </label>
        <details className="more-options">
          <summary>More options</summary>
          <div className="stack">
            <Field
              label="Password"
              name="password"
              type="password"
              value={draft.password}
              autoComplete="new-password"
              hint="Leave it empty to let everybody in who knows the way."
              onChange={(event) => set({ password: event.target.value })}
            />
            <div className="field-row">
              <Field
                label="People at most"
                name="maxParticipants"
                inputMode="numeric"
                value={draft.maxParticipants}
                problem={problems.maxParticipants}
                onChange={(event) => set({ maxParticipants: event.target.value })}
              />
              {draft.kind === "space" && (
                <>
                  <Field
                    label="Width"
                    name="width"
                    inputMode="numeric"
                    value={draft.width}
                    problem={problems.width}
                    onChange={(event) => set({ width: event.target.value })}
                  />
                  <Field
                    label="Height"
                    name="height"
                    inputMode="numeric"
                    value={draft.height}
                    problem={problems.height}
                    onChange={(event) => set({ height: event.target.value })}
                  />
                </>
              )}
            </div>
          </div>
        </details>
        {refusal && (
          <p className="problem" role="alert">
            {refusal}
          </p>
        )}
        <div className="buttons">
          <button type="button" className="button is-plain" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button is-main" disabled={isCreating}>
            {isCreating && <span className="spinner" aria-hidden="true" />}
            Create
          </button>
        </div>
      </form>
    </Dialog>
  );
}
