/** One timer at a time: setting it anew forgets what was to happen before. */
export class Alarm {
  #timer: ReturnType<typeof setTimeout> | undefined;

  set(inMs: number, ring: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(ring, inMs);
  }

  off(): void {
    clearTimeout(this.#timer);
  }
}
