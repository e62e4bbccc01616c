/** What the caller did while the connection was away, to be sent when it is back. */
import type { ClientMessage } from "./wire";

const MOST = 50;

export class Outbox {
  #messages: ClientMessage[] = [];

  put(message: ClientMessage): void {
    if (message.type === "played") {
      // Only the newest count of a turn says anything.
      this.#messages = this.#messages.filter(
        (waiting) => waiting.type !== "played" || waiting.turn_id !== message.turn_id,
      );
    }
    this.#messages.push(message);
    if (this.#messages.length > MOST) this.#messages.shift();
  }

  /** Returns everything, oldest first, and forgets it. */
  take(): ClientMessage[] {
    return this.#messages.splice(0);
  }
}
