/** Runs on the audio thread: plays what is queued and tells what has really been rendered. */
import { PlayoutQueue } from "./playoutQueue";

export type PlayoutOrder =
  { type: "push"; turnId: string; pcm: Int16Array } | { type: "clear"; turnId: string };

class PlayoutProcessor extends AudioWorkletProcessor {
  readonly #queue = new PlayoutQueue(sampleRate);

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<PlayoutOrder>) => {
      if (data.type === "push") this.#queue.push(data.turnId, data.pcm);
      else this.#queue.clear(data.turnId);
    };
  }

  process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const out = outputs[0]?.[0];
    if (out) this.#queue.render(out);
    const report = this.#queue.takeReport();
    if (report.length > 0) this.port.postMessage(report);
    return true;
  }
}

registerProcessor("playout", PlayoutProcessor);
