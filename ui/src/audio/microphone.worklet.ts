/** Runs on the audio thread: microphone samples to 16 kHz PCM in chunks of 40 ms. */
import { CHUNK_SAMPLES, Chunker, INPUT_RATE } from "./pcm";
import { Resampler } from "./resampler";

class MicrophoneProcessor extends AudioWorkletProcessor {
  readonly #resampler = new Resampler(sampleRate, INPUT_RATE);
  readonly #chunker = new Chunker(CHUNK_SAMPLES);

  process(inputs: Float32Array[][]): boolean {
    const samples = inputs[0]?.[0];
    if (samples) {
      for (const chunk of this.#chunker.push(this.#resampler.process(samples))) {
        this.port.postMessage(chunk, [chunk.buffer]);
      }
    }
    return true;
  }
}

registerProcessor("microphone", MicrophoneProcessor);
