/** Microphone audio that waits for the connection to come back: the newest ten seconds. */
import { INPUT_RATE } from "../audio/pcm";

export const BACKLOG_SECONDS = 10;

export class AudioBacklog {
  #chunks: Int16Array<ArrayBuffer>[] = [];
  #samples = 0;

  push(chunk: Int16Array<ArrayBuffer>): void {
    this.#chunks.push(chunk);
    this.#samples += chunk.length;
    while (this.#samples > BACKLOG_SECONDS * INPUT_RATE) {
      this.#samples -= this.#chunks.shift()?.length ?? 0;
    }
  }

  /** Returns everything, oldest first, and forgets it. */
  take(): Int16Array<ArrayBuffer>[] {
    this.#samples = 0;
    return this.#chunks.splice(0);
  }
}
