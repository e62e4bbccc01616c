/** What the connection of a call tells the page. */
import type { ServerMessage } from "./wire";

/**
 * `signed_out` nobody is signed in; `signing_in` a PIN is on its way; `signed_in` no call yet;
 * `starting` a call was asked for; `in_call`; `reconnecting` the call goes on without us; `ending`
 * the caller has hung up; `ended`.
 */
export type Link =
  | "signed_out"
  | "signing_in"
  | "signed_in"
  | "starting"
  | "in_call"
  | "reconnecting"
  | "ending"
  | "ended";

/** Why there is no connection although one was wanted. */
export type LinkProblem = "unreachable" | "gone" | "elsewhere";

export interface VoiceListener {
  link(link: Link): void;
  message(message: ServerMessage): void;
  audio(seq: number, turnId: string, pcm: Int16Array): void;
  /**
   * `unreachable`: nobody answers; `gone`: the server knows this call no more;
   * `elsewhere`: it goes on over another connection, as after a tab was duplicated.
   */
  problem(problem: LinkProblem): void;
}

export interface VoiceSocketOptions {
  url: string;
  timeZone: string;
  createSocket?: (url: string) => WebSocket;
  random?: () => number;
}

/** What is needed to come back to a call. */
export interface CallTicket {
  sessionId: string;
  callId: string;
  lastSeq: number;
}
