/** Which audio frames have been heard in full, so that a reloaded page can ask for the rest. */

interface Frame {
  seq: number;
  turnId: string;
  /** Samples of the turn up to the start and the end of this frame. */
  start: number;
  end: number;
}

/** Where hearing stopped: the frames after `seq` are unheard, `samples` of `turnId` are heard. */
export interface HeardUpTo {
  seq: number;
  turnId: string;
  samples: number;
}

export class PlayedLedger {
  #frames: Frame[] = [];
  #received = new Map<string, number>();
  #heardBefore = new Map<string, number>();

  /** After a reload: the turn's earlier audio has been heard by the page before. */
  startFrom({ turnId, samples }: HeardUpTo): void {
    this.#received.set(turnId, samples);
    this.#heardBefore.set(turnId, samples);
  }

  received(seq: number, turnId: string, samples: number): void {
    const start = this.#received.get(turnId) ?? 0;
    this.#received.set(turnId, start + samples);
    this.#frames.push({ seq, turnId, start, end: start + samples });
  }

  /** Takes the samples rendered by this page; returns the turn's samples heard in all. */
  rendered(turnId: string, samples: number): number {
    const heard = (this.#heardBefore.get(turnId) ?? 0) + samples;
    this.#frames = this.#frames.filter((frame) => frame.turnId !== turnId || frame.end > heard);
    // Also after a clear: what was dropped then is never rendered.
    if (!this.#frames.some((frame) => frame.turnId === turnId)) this.#received.set(turnId, heard);
    return heard;
  }

  /** The turn's queued audio was dropped: nobody will hear it, and nobody should ask for it. */
  cleared(turnId: string): void {
    this.#frames = this.#frames.filter((frame) => frame.turnId !== turnId);
  }

  /** Where a reloaded page must go on; null when everything has been heard. */
  unheard(): HeardUpTo | null {
    const first = this.#frames[0];
    if (!first) return null;
    return { seq: first.seq - 1, turnId: first.turnId, samples: first.start };
  }
}
