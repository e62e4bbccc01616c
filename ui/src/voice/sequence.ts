/** Follows the `seq` of a call: what is new, what came twice, what is missing. */
import type { ServerMessage } from "./wire";

type MessageType = ServerMessage["type"];

/** Come before a call or beside it: their numbers say nothing about it. */
const BEFORE_THE_CALL: ReadonlySet<MessageType> = new Set([
  "authentication_required",
  "authenticated",
  "authentication_failed",
]);
/** Answers to this connection: never dropped, never a gap. */
const OF_THE_CONNECTION: ReadonlySet<MessageType> = new Set([
  ...BEFORE_THE_CALL,
  "call_started",
  "error",
  "pong",
]);

export type Order = "next" | "repeated" | "gap";

export class Sequence {
  #last = 0;
  /** A gap at this number was asked for once and is still there: the server has it no more. */
  #acceptedGap = -1;

  get last(): number {
    return this.#last;
  }

  restart(last: number): void {
    this.#last = last;
    this.#acceptedGap = -1;
  }

  /** Judges a message without taking it. */
  judge(message: ServerMessage): Order {
    if (OF_THE_CONNECTION.has(message.type) || message.seq === 0) return "next";
    if (message.seq <= this.#last) return "repeated";
    const missing = message.seq > this.#last + 1;
    return missing && this.#acceptedGap !== this.#last ? "gap" : "next";
  }

  /** Call it when a message, with all that belongs to it, has arrived. */
  take(message: ServerMessage): void {
    if (BEFORE_THE_CALL.has(message.type)) return;
    this.#last = Math.max(this.#last, message.seq);
  }

  acceptGap(): void {
    this.#acceptedGap = this.#last;
  }
}
