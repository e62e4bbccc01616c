// Generated from convonet/contracts/voice.py by `npm run types`. Do not edit.

export type ClientMessage =
  Authenticate | Resume | Start | Text | Played | TransferMe | Hangup | Ping;
export type ServerMessage =
  | AuthenticationRequired
  | Authenticated
  | AuthenticationFailed
  | CallStarted
  | SpeechStarted
  | SpeechStopped
  | Transcript
  | AssistantState
  | Tool
  | Reply
  | Audio
  | Clear
  | TurnEnded
  | Transfer
  | Notice
  | CallEnded
  | Error
  | Pong;

/**
 * The messages of `WS /voice`.
 */
export interface VoiceMessages {
  ClientMessage: ClientMessage;
  ServerMessage: ServerMessage;
}
/**
 * Sign in by voice PIN.
 */
export interface Authenticate {
  pin: string;
  type: "authenticate";
}
/**
 * Go on with a call after its connection was lost.
 */
export interface Resume {
  call_id: string;
  last_seq: number;
  session_id: string;
  type: "resume";
}
/**
 * Begin a call.
 */
export interface Start {
  encoding?: "pcm_s16le" | "webm_opus";
  greet?: boolean;
  output_sample_rate?: 8000 | 16000 | 22050 | 24000 | 44100 | 48000;
  sample_rate?: number;
  time_zone?: string;
  type: "start";
}
/**
 * A typed utterance instead of speech.
 */
export interface Text {
  text: string;
  type: "text";
}
/**
 * How much of a turn's audio has really been played.
 */
export interface Played {
  ms: number;
  turn_id: string;
  type: "played";
}
/**
 * The "talk to a human" button.
 */
export interface TransferMe {
  department?: string | null;
  type: "transfer";
}
/**
 * End the call.
 */
export interface Hangup {
  type: "hangup";
}
/**
 * Echoed as `pong`.
 */
export interface Ping {
  t?: number | string | null;
  type: "ping";
}
/**
 * Say who you are.
 */
export interface AuthenticationRequired {
  attempts_left: number;
  seq: number;
  type: "authentication_required";
}
/**
 * Signed in; `session_id` is what `resume` wants later.
 */
export interface Authenticated {
  seq: number;
  session_id: string;
  type: "authenticated";
  user: VoiceUser;
}
/**
 * The signed-in person.
 */
export interface VoiceUser {
  id: string;
  name: string;
  teams: VoiceTeam[];
}
/**
 * A team of the signed-in person.
 */
export interface VoiceTeam {
  id: string;
  name: string;
}
/**
 * Wrong PIN, or too many of them.
 */
export interface AuthenticationFailed {
  attempts_left: number;
  retry_after_s: number;
  seq: number;
  type: "authentication_failed";
}
/**
 * The call is up. Sent again after `resume`.
 */
export interface CallStarted {
  call_id: string;
  providers: Providers;
  seq: number;
  type: "call_started";
  workflow_id: string;
  workflow_url: string;
}
/**
 * Who hears, thinks and speaks on this call, as shown to the caller.
 */
export interface Providers {
  llm: string;
  stt: string;
  tts: string;
}
/**
 * The caller began to speak, as endpointing sees it.
 */
export interface SpeechStarted {
  seq: number;
  type: "speech_started";
}
/**
 * The caller stopped speaking, as endpointing sees it.
 */
export interface SpeechStopped {
  seq: number;
  type: "speech_stopped";
}
/**
 * The caller's words so far, or for good.
 */
export interface Transcript {
  final: boolean;
  seq: number;
  text: string;
  turn_id: string;
  type: "transcript";
}
/**
 * What the assistant is doing.
 */
export interface AssistantState {
  seq: number;
  state: "listening" | "thinking" | "speaking";
  type: "assistant_state";
}
/**
 * A tool call began or ended.
 */
export interface Tool {
  name: string;
  seq: number;
  state: "started" | "succeeded" | "failed";
  summary: string;
  turn_id: string;
  type: "tool";
}
/**
 * A whole sentence, as it is spoken.
 *
 * `final` closes the turn's words, with the last sentence or, when that could not be known in
 * time, with an empty text after it.
 */
export interface Reply {
  final: boolean;
  seq: number;
  text: string;
  turn_id: string;
  type: "reply";
}
/**
 * The next binary frame is this turn's audio, `ms` long.
 */
export interface Audio {
  ms: number;
  seq: number;
  turn_id: string;
  type: "audio";
}
/**
 * Drop what is queued of this turn's audio.
 */
export interface Clear {
  seq: number;
  turn_id: string;
  type: "clear";
}
/**
 * A turn has been played; where its time went.
 */
export interface TurnEnded {
  seq: number;
  timings_ms: Timings;
  turn_id: string;
  type: "turn";
}
/**
 * Where a turn's time went, ms. `total` is end of speech to first reply audio.
 */
export interface Timings {
  durability: number;
  endpointing: number;
  llm_first_token: number;
  stt: number;
  total: number;
  tts_first_audio: number;
}
/**
 * How the transfer to a human is going.
 */
export interface Transfer {
  agent?: string | null;
  position?: number | null;
  reason?: string | null;
  seq: number;
  state: "initiated" | "queued" | "ringing" | "connected" | "failed" | "returned";
  type: "transfer";
}
/**
 * Something worth showing that is not part of the conversation.
 */
export interface Notice {
  seq: number;
  text: string;
  type: "notice";
}
/**
 * The call is over.
 */
export interface CallEnded {
  reason: "hangup" | "goodbye" | "idle" | "transferred" | "error";
  seq: number;
  type: "call_ended";
}
/**
 * What was wrong with the last message, or what the server cannot do now.
 */
export interface Error {
  code: string;
  message: string;
  seq: number;
  type: "error";
}
/**
 * The echo of `ping`.
 */
export interface Pong {
  seq: number;
  t?: number | string | null;
  type: "pong";
}
