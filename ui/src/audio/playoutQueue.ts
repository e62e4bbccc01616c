/** What the playout worklet does, without the worklet: queue, jitter buffer, counting, clearing. */

export interface Rendered {
  turnId: string;
  /** Samples of the turn that have really been rendered since the queue was made. */
  samples: number;
}

interface Piece {
  turnId: string;
  pcm: Int16Array;
  offset: number;
}

const MS = 1000;

/** Plays turns one after another. Not a sample is counted before it is rendered. */
export class PlayoutQueue {
  #pieces: Piece[] = [];
  #queued = 0;
  #rendered = new Map<string, number>();
  #unreported = new Set<string>();
  #sinceReport = 0;
  /** While true nothing is rendered: enough must gather first. */
  #gathering = true;
  #gathered = 0;
  readonly #jitter: number;
  readonly #patience: number;
  readonly #reportEvery: number;
  readonly #fade: number;

  constructor(rate: number, jitterMs = 60, reportMs = 150) {
    this.#jitter = (rate * jitterMs) / MS;
    this.#patience = this.#jitter * 2;
    this.#reportEvery = (rate * reportMs) / MS;
    this.#fade = Math.round((rate * 5) / MS);
  }

  /** Samples waiting to be rendered. */
  get queued(): number {
    return this.#queued;
  }

  push(turnId: string, pcm: Int16Array): void {
    if (pcm.length === 0) return;
    this.#pieces.push({ turnId, pcm, offset: 0 });
    this.#queued += pcm.length;
  }

  /** Drops what is queued of a turn. What is sounding fades within 5 ms, so that it does not click. */
  clear(turnId: string): void {
    const tail = this.#gathering ? undefined : this.#fadeOut(turnId);
    this.#pieces = this.#pieces.filter((piece) => piece.turnId !== turnId);
    if (tail) this.#pieces.unshift(tail);
    this.#queued = this.#pieces.reduce((sum, { pcm, offset }) => sum + pcm.length - offset, 0);
    this.#unreported.add(turnId);
    this.#sinceReport = this.#reportEvery;
  }

  /** Fills `out` (-1 to 1), with silence where there is nothing to play. */
  render(out: Float32Array): void {
    out.fill(0);
    if (this.#gathering && !this.#enough(out.length)) return;
    let at = 0;
    while (at < out.length) {
      const piece = this.#pieces[0];
      if (!piece) break;
      at += this.#renderPiece(piece, out, at);
    }
    if (at < out.length) {
      // Ran empty: the turn is over, or the network is late and a new margin must gather.
      this.#gathering = true;
      this.#gathered = 0;
    }
    this.#sinceReport += out.length;
  }

  /** What has been rendered since the last report, when it is time for one. */
  takeReport(): Rendered[] {
    const due = this.#sinceReport >= this.#reportEvery || this.#queued === 0;
    if (!due || this.#unreported.size === 0) return [];
    const report = [...this.#unreported].map((turnId) => ({
      turnId,
      samples: this.#rendered.get(turnId) ?? 0,
    }));
    this.#unreported.clear();
    this.#sinceReport = 0;
    this.#forgetAllBut(this.#pieces[0]?.turnId ?? report.at(-1)?.turnId);
    return report;
  }

  #enough(quantum: number): boolean {
    if (this.#queued === 0) return false;
    this.#gathered += quantum;
    // A turn may be shorter than the jitter buffer: do not wait for more for ever.
    if (this.#queued < this.#jitter && this.#gathered < this.#patience) return false;
    this.#gathering = false;
    return true;
  }

  #renderPiece(piece: Piece, out: Float32Array, at: number): number {
    const count = Math.min(out.length - at, piece.pcm.length - piece.offset);
    for (let i = 0; i < count; i++) out[at + i] = (piece.pcm[piece.offset + i] ?? 0) / 32_768;
    piece.offset += count;
    this.#queued -= count;
    if (piece.offset === piece.pcm.length) this.#pieces.shift();
    this.#rendered.set(piece.turnId, (this.#rendered.get(piece.turnId) ?? 0) + count);
    this.#unreported.add(piece.turnId);
    return count;
  }

  #fadeOut(turnId: string): Piece | undefined {
    const sounding = this.#pieces[0];
    if (sounding?.turnId !== turnId) return undefined;
    const tail = sounding.pcm.slice(sounding.offset, sounding.offset + this.#fade);
    return { turnId, pcm: tail.map((s, i) => s * (1 - (i + 1) / tail.length)), offset: 0 };
  }

  #forgetAllBut(turnId: string | undefined): void {
    for (const known of [...this.#rendered.keys()].slice(0, -8)) {
      if (known !== turnId) this.#rendered.delete(known);
    }
  }
}
