/** Frames of `WS /voice`, to and from bytes. The message types are the server's own. */
import type { ClientMessage, ServerMessage } from "../generated/voice";

export type { ClientMessage, ServerMessage };
export type ServerMessageOf<T extends ServerMessage["type"]> = Extract<ServerMessage, { type: T }>;

/** As a record, so that the compiler asks for every type there is. */
const KNOWN: Record<ServerMessage["type"], true> = {
  authentication_required: true,
  authenticated: true,
  authentication_failed: true,
  call_started: true,
  speech_started: true,
  speech_stopped: true,
  transcript: true,
  assistant_state: true,
  tool: true,
  reply: true,
  audio: true,
  clear: true,
  turn: true,
  transfer: true,
  notice: true,
  call_ended: true,
  error: true,
  pong: true,
};

/** Reads a text frame; null for a type this page does not know: the server may be newer. */
export function readServerMessage(frame: string): ServerMessage | null {
  const value: unknown = JSON.parse(frame);
  return isServerMessage(value) ? value : null;
}

function isServerMessage(value: unknown): value is ServerMessage {
  if (typeof value !== "object" || value === null || !("type" in value)) return false;
  return typeof value.type === "string" && Object.hasOwn(KNOWN, value.type);
}

export function voiceUrl(page: Location): string {
  return `${page.protocol === "https:" ? "wss:" : "ws:"}//${page.host}/voice`;
}
