/** The one big word of the page: many states folded into the few a caller cares about. */
import { BUSY, type CallView, type EndReason } from "../voice/callState";
import type { VoiceSnapshot } from "../voice/voiceCall";

export type TalkState =
  | "connecting"
  | "listening"
  | "hearing"
  | "thinking"
  | "speaking"
  | "reconnecting"
  | "ending"
  | "ended"
  | "busy"
  | "failed";

export function talkState(snapshot: VoiceSnapshot): TalkState {
  const { link, call } = snapshot;
  if (link === "reconnecting") return "reconnecting";
  if (link === "ending" || link === "ended") return link;
  if (link === "signed_in" && call.error) return call.error.code === BUSY ? "busy" : "failed";
  if (link !== "in_call") return "connecting";
  return whoTalks(snapshot);
}

function whoTalks({ call, sounding, silenced }: VoiceSnapshot): TalkState {
  if (call.callerSpeaks && (call.talk === "listening" || interrupted(call))) return "hearing";
  // After a pause on the line the server has finished before its words have been heard.
  if (call.talk === "listening" && sounding && !silenced) return "speaking";
  return call.talk;
}

/** The caller has cut in: the voice is silent, though the assistant does not know yet. */
function interrupted(call: CallView): boolean {
  return call.talk === "speaking" && lastReply(call)?.interrupted === true;
}

export const TALK_WORDS: Record<TalkState, string> = {
  connecting: "Connecting",
  listening: "Listening",
  hearing: "Listening",
  thinking: "Thinking",
  speaking: "Speaking",
  reconnecting: "Reconnecting",
  ending: "Hanging up",
  ended: "Call ended",
  busy: "Busy",
  failed: "Not connected",
};

const ENDINGS: Record<EndReason, string> = {
  hangup: "You ended the call.",
  goodbye: "You both said goodbye.",
  idle: "It was quiet for a while, so the call was closed.",
  transferred: "You are with a person now.",
  error: "Something failed on our side. What was said is kept.",
};

/** States that are always explained in the same words. */
const EXPLAINED: Partial<Record<TalkState, string>> = {
  reconnecting: "The call is still there. Keep talking, nothing is lost.",
  busy: "All lines are busy right now. Please try again in a moment.",
  failed: "The call could not be started.",
};

/** The line under the big word. */
export function talkDetail(state: TalkState, snapshot: VoiceSnapshot): string {
  const { call } = snapshot;
  switch (state) {
    case "connecting":
      return connectingDetail(snapshot);
    case "ended":
      return ENDINGS[call.ended ?? "hangup"];
    case "thinking":
      return runningTool(call) ?? callersWords(call);
    case "speaking":
      return assistantsWords(call);
    case "listening":
    case "hearing":
      return listeningDetail(snapshot);
    default:
      return EXPLAINED[state] ?? "";
  }
}

function connectingDetail({ link, microphone }: VoiceSnapshot): string {
  const asking = link === "signed_in" && microphone === "asking";
  return asking ? "Your browser is asking for the microphone." : "Setting up your call.";
}

function listeningDetail({ call, microphone }: VoiceSnapshot): string {
  const turn = lastTurn(call);
  if (turn?.said && turn.sentences.length === 0 && !turn.timings) return turn.said;
  if (microphone === "muted") return "Your microphone is muted.";
  if (microphone === "live") return call.callerSpeaks ? "I hear you." : "Go ahead, I am all ears.";
  return "Type what you would say.";
}

function lastTurn(call: CallView) {
  return call.entries.findLast((entry) => entry.kind === "turn")?.turn;
}

function lastReply(call: CallView) {
  const turns = call.entries.filter((entry) => entry.kind === "turn");
  return turns.findLast(({ turn }) => turn.sentences.length > 0)?.turn;
}

function runningTool(call: CallView): string | undefined {
  const tool = lastTurn(call)?.tools.findLast(({ state }) => state === "started");
  return tool && (tool.summary || "Working on it.");
}

function callersWords(call: CallView): string {
  return lastTurn(call)?.said ?? "";
}

function assistantsWords(call: CallView): string {
  return lastTurn(call)?.sentences.at(-1) ?? callersWords(call);
}
