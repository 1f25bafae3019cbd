// What the form for a new room holds, and what is wrong with it, in words. Pure.
import type { NewRoom } from "../api/rooms";

export interface RoomDraft {
  name: string;
  kind: "room" | "space";
  isPrivate: boolean;
  password: string;
  maxParticipants: string;
  width: string;
  height: string;
}

export type DraftProblems = Partial<Record<keyof RoomDraft, string>>;

export const emptyDraft: RoomDraft = {
  name: "",
  kind: "room",
  isPrivate: false,
  password: "",
  maxParticipants: "50",
  width: "100",
  height: "100",
};

/** A sentence per field that cannot be sent as it is; the server has the last word. */
export function problemsOf(draft: RoomDraft): DraftProblems {
  const problems: DraftProblems = {};
  const length = [...draft.name.trim()].length;
  if (length < 1) problems.name = "Give the room a name.";
  if (length > 100) problems.name = "A name has at most 100 characters.";
  if (!isWhole(draft.maxParticipants, 1, 10_000)) {
    problems.maxParticipants = "A whole number from 1 to 10,000.";
  }
  if (draft.kind === "space") {
    if (!isWhole(draft.width, 1, 10_000)) problems.width = "A whole number from 1 to 10,000.";
    if (!isWhole(draft.height, 1, 10_000)) problems.height = "A whole number from 1 to 10,000.";
  }
  return problems;
}

/** What is sent for it. */
export function newRoomOf(draft: RoomDraft, createdBy: string): NewRoom {
  return {
    name: draft.name.trim(),
    createdBy,
    kind: draft.kind,
    isPrivate: draft.isPrivate,
    maxParticipants: Number(draft.maxParticipants),
    ...(draft.password ? { password: draft.password } : {}),
    ...(draft.kind === "space" ? { width: Number(draft.width), height: Number(draft.height) } : {}),
  };
}

function isWhole(text: string, least: number, most: number): boolean {
  const number = Number(text);
  return text.trim() !== "" && Number.isInteger(number) && number >= least && number <= most;
}
