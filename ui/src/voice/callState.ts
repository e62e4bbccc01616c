/** What the page shows of a call: a pure function of the server's messages. */
import type { Providers, Timings, VoiceUser } from "../generated/voice";
import { emptyTurn, type TurnView, withTool } from "./turnView";
import type { ServerMessage, ServerMessageOf } from "./wire";

export type Talk = "listening" | "thinking" | "speaking";
export type EndReason = ServerMessageOf<"call_ended">["reason"];
export type TransferView = Pick<
  ServerMessageOf<"transfer">,
  "state" | "position" | "agent" | "reason"
>;

export type Entry =
  { kind: "turn"; key: string; turn: TurnView } | { kind: "notice"; key: string; text: string };

export interface CallView {
  /** The last message taken; a message that comes again changes nothing. */
  seq: number;
  user: VoiceUser | null;
  workflowUrl: string;
  providers: Providers | null;
  talk: Talk;
  callerSpeaks: boolean;
  entries: Entry[];
  /** Typed words the server has not confirmed yet. */
  unconfirmed: string[];
  transfer: TransferView | null;
  ended: EndReason | null;
  error: { code: string; message: string } | null;
}

export type CallAction =
  | { type: "server"; message: ServerMessage }
  | { type: "typed"; text: string }
  | { type: "transfer_asked" }
  | { type: "error_dismissed" }
  | { type: "transfer_dismissed" }
  | { type: "new_call" };

/** The error that says there is no room for one more call. */
export const BUSY = "busy";

/** Errors the connection deals with by itself: nothing a caller could do about them. */
const QUIET: ReadonlySet<string> = new Set([
  "going_away",
  "idle",
  "internal",
  "missed",
  "replaced",
  "unknown_call",
  "unknown_session",
]);

export const EMPTY_CALL: CallView = {
  seq: 0,
  user: null,
  workflowUrl: "",
  providers: null,
  talk: "listening",
  callerSpeaks: false,
  entries: [],
  unconfirmed: [],
  transfer: null,
  ended: null,
  error: null,
};

export function reduceCall(state: CallView, action: CallAction): CallView {
  switch (action.type) {
    case "server":
      return take(state, action.message);
    case "typed":
      return { ...state, unconfirmed: [...state.unconfirmed, action.text] };
    case "transfer_asked":
      return { ...state, transfer: { state: "initiated" } };
    case "transfer_dismissed":
      return { ...state, transfer: null };
    case "error_dismissed":
      return { ...state, error: null };
    case "new_call":
      return { ...EMPTY_CALL, user: state.user };
  }
}

function take(state: CallView, message: ServerMessage): CallView {
  if (message.type === "call_started") return started(state, message);
  if (message.type === "authenticated") return { ...state, user: message.user };
  const ofTheCall = message.seq > 0 && message.type !== "error" && message.type !== "pong";
  if (ofTheCall && message.seq <= state.seq) return state;
  const next = applied(state, message);
  return next === state || !ofTheCall ? next : { ...next, seq: message.seq };
}

function started(state: CallView, message: ServerMessageOf<"call_started">): CallView {
  const { workflow_url: workflowUrl, providers } = message;
  return { ...state, workflowUrl, providers, ended: null, error: null };
}

function applied(state: CallView, message: ServerMessage): CallView {
  switch (message.type) {
    case "transcript":
      return withTranscript(state, message);
    case "tool":
    case "reply":
    case "audio":
    case "clear":
    case "turn":
      return withTurn(state, message.turn_id, (turn) => turnAfter(turn, message));
    default:
      return ofTheWholeCall(state, message);
  }
}

function ofTheWholeCall(state: CallView, message: ServerMessage): CallView {
  switch (message.type) {
    case "speech_started":
    case "speech_stopped":
      return { ...state, callerSpeaks: message.type === "speech_started" };
    case "assistant_state":
      return { ...state, talk: message.state };
    case "transfer":
      return { ...state, transfer: message };
    case "notice":
      return withNotice(state, message);
    case "call_ended":
      return { ...state, ended: message.reason, callerSpeaks: false, unconfirmed: [] };
    case "error":
      if (QUIET.has(message.code)) return state;
      return { ...state, error: { code: message.code, message: message.message } };
    default:
      return state;
  }
}

type TurnMessage = ServerMessageOf<"tool" | "reply" | "audio" | "clear" | "turn">;

function turnAfter(turn: TurnView, message: TurnMessage): TurnView {
  switch (message.type) {
    case "tool":
      return { ...turn, tools: withTool(turn.tools, message) };
    case "reply":
      return {
        ...turn,
        sentences: message.text ? [...turn.sentences, message.text] : turn.sentences,
        replied: message.final,
      };
    case "audio":
      // Speaking goes on: it had only been a noise.
      return turn.interrupted ? { ...turn, interrupted: false } : turn;
    case "clear":
      return { ...turn, interrupted: true };
    case "turn":
      return { ...turn, timings: message.timings_ms satisfies Timings };
  }
}

function withTranscript(state: CallView, message: ServerMessageOf<"transcript">): CallView {
  const next = withTurn(state, message.turn_id, (turn) => ({
    ...turn,
    said: message.text,
    saidFinal: message.final,
  }));
  if (!message.final) return next;
  const confirmed = state.unconfirmed.indexOf(message.text);
  const unconfirmed = state.unconfirmed.filter((_, index) => index !== confirmed);
  return { ...next, unconfirmed, transfer: withoutOldNews(state.transfer) };
}

/** How a transfer has ended is of interest until the conversation goes on. */
function withoutOldNews(transfer: TransferView | null): TransferView | null {
  return transfer?.state === "failed" || transfer?.state === "returned" ? null : transfer;
}

function withTurn(state: CallView, turnId: string, change: (turn: TurnView) => TurnView): CallView {
  const index = state.entries.findIndex(({ key }) => key === turnId);
  const entry = state.entries[index];
  if (entry?.kind !== "turn") {
    const turn = change(emptyTurn(turnId));
    return { ...state, entries: [...state.entries, { kind: "turn", key: turnId, turn }] };
  }
  const turn = change(entry.turn);
  if (turn === entry.turn) return state;
  return { ...state, entries: state.entries.with(index, { ...entry, turn }) };
}

function withNotice(state: CallView, message: ServerMessageOf<"notice">): CallView {
  const key = `notice-${message.seq}`;
  return { ...state, entries: [...state.entries, { kind: "notice", key, text: message.text }] };
}
