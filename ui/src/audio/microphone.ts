/** The caller's microphone: echo-cancelled, as 16 kHz PCM in chunks of 40 ms. */
import workletUrl from "./microphone.worklet.ts?worker&url";
import { INPUT_RATE, loudness } from "./pcm";

export type MicrophoneProblem = "refused" | "absent" | "busy" | "unsupported";

/** Why there is no microphone, in a word the page can explain. */
export class MicrophoneUnavailable extends Error {
  override readonly name = "MicrophoneUnavailable";

  constructor(readonly problem: MicrophoneProblem) {
    super(`microphone ${problem}`);
  }
}

export interface MicrophoneListener {
  /** 40 ms of 16 kHz mono PCM; silence while muted, so that the server's clock goes on. */
  chunk(pcm: Int16Array<ArrayBuffer>): void;
  /** The device was unplugged or taken away. */
  lost(): void;
}

const CONSTRAINTS: MediaStreamConstraints = {
  audio: {
    echoCancellation: true,
    noiseSuppression: true,
    autoGainControl: true,
    channelCount: 1,
  },
};

export class Microphone {
  readonly #stream: MediaStream;
  readonly #context: AudioContext;
  #level = 0;
  #muted = false;
  #closed = false;

  private constructor(stream: MediaStream, context: AudioContext) {
    this.#stream = stream;
    this.#context = context;
  }

  /** Asks for the microphone; rejects with `MicrophoneUnavailable`. */
  static async open(listener: MicrophoneListener): Promise<Microphone> {
    const stream = await requestStream();
    try {
      const [context, source] = connectSource(stream);
      await context.audioWorklet.addModule(workletUrl);
      const microphone = new Microphone(stream, context);
      microphone.#listen(source, listener);
      await context.resume();
      return microphone;
    } catch {
      for (const track of stream.getTracks()) track.stop();
      throw new MicrophoneUnavailable("unsupported");
    }
  }

  #listen(source: MediaStreamAudioSourceNode, listener: MicrophoneListener): void {
    const node = new AudioWorkletNode(this.#context, "microphone", { numberOfOutputs: 0 });
    node.port.onmessage = ({ data }: MessageEvent<Int16Array<ArrayBuffer>>) => {
      this.#level = levelOf(data);
      listener.chunk(data);
    };
    source.connect(node);
    for (const track of this.#stream.getAudioTracks()) {
      track.onended = () => {
        if (!this.#closed) listener.lost();
      };
    }
  }

  /** Loudness now, 0 to 1. */
  get level(): number {
    return this.#muted ? 0 : this.#level;
  }

  mute(muted: boolean): void {
    this.#muted = muted;
    for (const track of this.#stream.getAudioTracks()) track.enabled = !muted;
  }

  close(): void {
    this.#closed = true;
    for (const track of this.#stream.getTracks()) track.stop();
    void this.#context.close();
  }
}

async function requestStream(): Promise<MediaStream> {
  // Absent on pages that were not loaded over https or from this machine.
  const devices = (navigator as Partial<Navigator>).mediaDevices;
  if (!devices) throw new MicrophoneUnavailable("unsupported");
  try {
    return await devices.getUserMedia(CONSTRAINTS);
  } catch (error) {
    throw new MicrophoneUnavailable(problemOf(error));
  }
}

function problemOf(error: unknown): MicrophoneProblem {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "refused";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "absent";
  if (name === "NotReadableError" || name === "AbortError") return "busy";
  return "unsupported";
}

function connectSource(stream: MediaStream): [AudioContext, MediaStreamAudioSourceNode] {
  const context = new AudioContext({ sampleRate: INPUT_RATE });
  try {
    return [context, context.createMediaStreamSource(stream)];
  } catch {
    // Firefox does not connect a microphone to a context of another rate: resample ourselves.
    void context.close();
    const native = new AudioContext();
    return [native, native.createMediaStreamSource(stream)];
  }
}

function levelOf(pcm: Int16Array): number {
  let sum = 0;
  for (const sample of pcm) sum += sample * sample;
  return loudness(Math.sqrt(sum / pcm.length) / 32_768);
}
