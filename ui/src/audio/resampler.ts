/** Streaming sample-rate conversion for the microphone, where the browser cannot do it itself. */

const ZERO_CROSSINGS = 16;

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Polyphase windowed-sinc resampler. Keeps its state between calls: chunks join without a seam. */
export class Resampler {
  readonly #up: number;
  readonly #down: number;
  readonly #phases: Float32Array[];
  readonly #taps: number;
  #history: Float32Array;
  /** Position of the next output in units of 1/up input samples, from the start of the history. */
  #at = 0;

  constructor(inputRate: number, outputRate: number) {
    const divisor = gcd(inputRate, outputRate);
    this.#up = outputRate / divisor;
    this.#down = inputRate / divisor;
    const cutoff = Math.min(1, outputRate / inputRate);
    const half = Math.ceil(ZERO_CROSSINGS / cutoff);
    this.#taps = 2 * half;
    this.#phases = Array.from({ length: this.#up }, (_, phase) =>
      lowPass(this.#taps, half - 1 + phase / this.#up, half, cutoff),
    );
    this.#history = new Float32Array(this.#taps - 1);
  }

  process(input: Float32Array): Float32Array {
    if (this.#up === this.#down) return input;
    const joined = new Float32Array(this.#history.length + input.length);
    joined.set(this.#history);
    joined.set(input, this.#history.length);
    const available = (joined.length - this.#taps + 1) * this.#up;
    const count = Math.max(0, Math.ceil((available - this.#at) / this.#down));
    const output = new Float32Array(count);
    for (let i = 0; i < count; i++) {
      const start = Math.floor(this.#at / this.#up);
      output[i] = this.#dot(joined, start, this.#at % this.#up);
      this.#at += this.#down;
    }
    const used = Math.min(Math.floor(this.#at / this.#up), joined.length - this.#taps + 1);
    this.#history = joined.slice(used);
    this.#at -= used * this.#up;
    return output;
  }

  #dot(samples: Float32Array, start: number, phase: number): number {
    const taps = this.#phases[phase] ?? new Float32Array();
    let sum = 0;
    for (let k = 0; k < taps.length; k++) sum += (taps[k] ?? 0) * (samples[start + k] ?? 0);
    return sum;
  }
}

function lowPass(taps: number, centre: number, half: number, cutoff: number): Float32Array {
  const kernel = new Float32Array(taps);
  let sum = 0;
  for (let k = 0; k < taps; k++) {
    const x = k - centre;
    const window = Math.abs(x) >= half ? 0 : 0.5 + 0.5 * Math.cos((Math.PI * x) / half);
    kernel[k] = sinc(x * cutoff) * window;
    sum += kernel[k] ?? 0;
  }
  return kernel.map((tap) => tap / sum);
}
