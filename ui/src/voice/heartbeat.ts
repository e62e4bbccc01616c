/** Notices a connection that is dead without having been closed. */

export const PING_EVERY_MS = 4_000;
export const ANSWER_WITHIN_MS = 3_500;

export class Heartbeat {
  #ping: ReturnType<typeof setInterval> | undefined;
  #verdict: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly sendPing: () => void,
    readonly onDead: () => void,
  ) {}

  start(): void {
    this.stop();
    this.#ping = setInterval(() => {
      this.ask();
    }, PING_EVERY_MS);
  }

  /** Expects a sign of life soon; asks for one. */
  ask(): void {
    this.sendPing();
    this.#verdict ??= setTimeout(this.onDead, ANSWER_WITHIN_MS);
  }

  /** Any message is a sign of life. */
  alive(): void {
    clearTimeout(this.#verdict);
    this.#verdict = undefined;
  }

  stop(): void {
    clearInterval(this.#ping);
    this.alive();
  }
}
