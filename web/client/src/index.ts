// The public face of the library.
export { Atrium, type Options } from "./atrium.js";
export type { Board } from "./board.js";
export type { ConnectionState, Phase } from "./connection.js";
export type * from "./contract.js";
export { digest } from "./digest.js";
export type { EntryState, Identity } from "./entry.js";
export type { Sending } from "./outbox.js";
export type { Room, RoomOptions } from "./room.js";
export { AtriumError } from "./sentences.js";
export type { Size, Space } from "./space.js";
export type { Typist } from "./typing.js";
export type { Watched } from "./watched.js";
