// What the pages ask over REST. Every failure is a Refusal; an abort stays an AbortError.
import type { RoomInfo } from "@atrium/client";
import { userToken } from "../identity/token";
import { Refusal } from "./refusal";

export interface RoomList {
  rooms: RoomInfo[];
  cursor?: string;
}

export interface NewRoom {
  name: string;
  createdBy: string;
  kind: "room" | "space";
  isPrivate: boolean;
  maxParticipants: number;
  password?: string;
  width?: number;
  height?: number;
}

/** A page of the public rooms, newest first. */
export function listRooms(cursor?: string, signal?: AbortSignal): Promise<RoomList> {
  const query = new URLSearchParams({ limit: "24", ...(cursor ? { cursor } : {}) });
  return ask<RoomList>(`/api/rooms?${query}`, { signal });
}

/** The room of this id or code. */
export async function lookUpRoom(key: string, signal?: AbortSignal): Promise<RoomInfo> {
  return (await ask<{ room: RoomInfo }>(`/api/rooms/${encodeURIComponent(key)}`, { signal })).room;
}

export async function createRoom(room: NewRoom): Promise<RoomInfo> {
  const body = JSON.stringify(room);
  return (await ask<{ room: RoomInfo }>("/api/rooms/create", { method: "POST", body })).room;
}

/** Ends the room for everybody, with all that is in it. */
export async function closeRoom(id: string): Promise<void> {
  await ask(`/api/rooms/${encodeURIComponent(id)}`, { method: "DELETE" });
}

/** The answer itself, once its status is fine: for downloads. */
export async function open(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  const token = userToken();
  if (token) headers.set("Authorization", `Bearer ${token}`);
  if (init.body) headers.set("Content-Type", "application/json");
  let answer: Response;
  try {
    answer = await fetch(path, { ...init, headers });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Refusal("unreachable", "the server cannot be reached");
  }
  if (!answer.ok) throw await refusalOf(answer);
  return answer;
}

async function ask<T>(
  path: string,
  init: Omit<RequestInit, "signal"> & { signal?: AbortSignal | undefined },
): Promise<T> {
  const { signal, ...rest } = init;
  const answer = await open(path, signal ? { ...rest, signal } : rest);
  return (await answer.json()) as T;
}

// A proxy in between answers with pages of its own: then only the status speaks.
async function refusalOf(answer: Response): Promise<Refusal> {
  const seconds = Number(answer.headers.get("Retry-After") ?? Number.NaN);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : undefined;
  try {
    const { code, error } = (await answer.json()) as { code?: string; error?: string };
    if (code) return new Refusal(code, error ?? "", wait);
  } catch {
    // Not ours; see below.
  }
  return new Refusal(
    answer.status >= 502 ? "unreachable" : "internal",
    `HTTP ${answer.status}`,
    wait,
  );
}
