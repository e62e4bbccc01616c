/** The audio formats of `/voice` and the little arithmetic they need. */

/** Hz of what the microphone sends. */
export const INPUT_RATE = 16_000;
/** Hz of what the assistant's voice arrives in. */
export const OUTPUT_RATE = 24_000;
/** Two frames of 20 ms travel together: half the messages for 20 ms of delay. */
export const CHUNK_SAMPLES = (INPUT_RATE * 40) / 1000;

export function samplesToMs(samples: number, rate: number): number {
  return Math.round((samples * 1000) / rate);
}

export function toInt16(sample: number): number {
  return Math.round(Math.max(-1, Math.min(1, sample)) * 32_767);
}

/** Loudness from 0 (silence) to 1 (as loud as it gets), even to the ear: -60 dB to -6 dB. */
export function loudness(rms: number): number {
  if (rms <= 0) return 0;
  return Math.max(0, Math.min(1, (20 * Math.log10(rms) + 60) / 54));
}

export function rootMeanSquare(samples: Float32Array): number {
  if (samples.length === 0) return 0;
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.sqrt(sum / samples.length);
}

/** Cuts a stream of samples into chunks of equal length. */
export class Chunker {
  #chunk: Int16Array<ArrayBuffer>;
  #filled = 0;

  constructor(readonly size: number) {
    this.#chunk = new Int16Array(size);
  }

  push(samples: Float32Array): Int16Array<ArrayBuffer>[] {
    const full: Int16Array<ArrayBuffer>[] = [];
    for (const sample of samples) {
      this.#chunk[this.#filled++] = toInt16(sample);
      if (this.#filled === this.size) {
        full.push(this.#chunk);
        this.#chunk = new Int16Array(this.size);
        this.#filled = 0;
      }
    }
    return full;
  }
}
