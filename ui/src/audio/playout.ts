/** The assistant's voice: plays each turn's audio and reports what was really heard. */
import { soundBusy } from "./busyTone";
import { loudness, OUTPUT_RATE, rootMeanSquare, samplesToMs } from "./pcm";
import { type HeardUpTo, PlayedLedger } from "./playedLedger";
import type { Rendered } from "./playoutQueue";
import type { PlayoutOrder } from "./playout.worklet";
import workletUrl from "./playout.worklet.ts?worker&url";

export interface PlayoutListener {
  /** So much of the turn has been rendered, in all. */
  played(turnId: string, ms: number): void;
  /** Whether audio waits or sounds; true also while the browser keeps the page silent. */
  sounding(sounding: boolean): void;
  /** The browser lets us sound, or no longer does. */
  audible(audible: boolean): void;
}

export class Playout {
  readonly #context = new AudioContext({ sampleRate: OUTPUT_RATE, latencyHint: "interactive" });
  readonly #analyser = this.#context.createAnalyser();
  readonly #window = new Float32Array(1024);
  readonly #ledger = new PlayedLedger();
  readonly #listener: PlayoutListener;
  #waiting: PlayoutOrder[] = [];
  #node: AudioWorkletNode | undefined;
  #closed = false;
  #newest = "";
  #sounding = false;
  #stopTone: (() => void) | undefined;

  /** Make it in a click, or the browser keeps it silent until `unlock` is called in one. */
  constructor(listener: PlayoutListener) {
    this.#listener = listener;
    this.#analyser.fftSize = this.#window.length;
    this.#context.onstatechange = () => {
      listener.audible(this.audible);
    };
  }

  /** Loads the audio thread's part; what is played meanwhile waits. */
  async open(): Promise<void> {
    try {
      await this.#load();
    } catch (error) {
      // Closed while it was loading: nobody waits for it any more.
      if (!this.#closed) throw error;
    }
  }

  async #load(): Promise<void> {
    void this.#context.resume();
    await this.#context.audioWorklet.addModule(workletUrl);
    if (this.#closed) return;
    const node = new AudioWorkletNode(this.#context, "playout", {
      numberOfInputs: 0,
      outputChannelCount: [1],
    });
    node.port.onmessage = ({ data }: MessageEvent<Rendered[]>) => {
      for (const { turnId, samples } of data) this.#rendered(turnId, samples);
    };
    node.connect(this.#analyser).connect(this.#context.destination);
    this.#node = node;
    for (const order of this.#waiting.splice(0)) this.#order(order);
  }

  get audible(): boolean {
    return this.#context.state === "running";
  }

  /** To be called in a click, when the browser had kept the page silent. */
  async unlock(): Promise<void> {
    await this.#context.resume();
  }

  /** While the browser keeps the page silent, a turn makes the one before it old news. */
  play(seq: number, turnId: string, pcm: Int16Array): void {
    if (!this.audible && turnId !== this.#newest) this.clearAll();
    this.#newest = turnId;
    this.#ledger.received(seq, turnId, pcm.length);
    this.#order({ type: "push", turnId, pcm });
    this.#tellSounding();
  }

  /** Stops this turn at once: the caller has begun to speak. */
  clear(turnId: string): void {
    this.#ledger.cleared(turnId);
    this.#order({ type: "clear", turnId });
    this.#tellSounding();
  }

  /** Stops whatever sounds. */
  clearAll(): void {
    if (this.#newest) this.clear(this.#newest);
  }

  /** Sounds the busy tone until it is over or `quiet` is called. */
  busy(): void {
    this.quiet();
    this.#stopTone = soundBusy(this.#context, this.#analyser);
  }

  quiet(): void {
    this.#stopTone?.();
    this.#stopTone = undefined;
  }

  startFrom(heard: HeardUpTo): void {
    this.#ledger.startFrom(heard);
  }

  unheard(): HeardUpTo | null {
    return this.#ledger.unheard();
  }

  /** Loudness of what sounds now, 0 to 1. */
  get level(): number {
    this.#analyser.getFloatTimeDomainData(this.#window);
    return loudness(rootMeanSquare(this.#window));
  }

  close(): void {
    this.#closed = true;
    this.quiet();
    this.#context.onstatechange = null;
    void this.#context.close();
  }

  #order(order: PlayoutOrder): void {
    if (!this.#node) this.#waiting.push(order);
    else if (order.type === "push") this.#node.port.postMessage(order, [order.pcm.buffer]);
    else this.#node.port.postMessage(order);
  }

  #rendered(turnId: string, samples: number): void {
    const heard = this.#ledger.rendered(turnId, samples);
    this.#listener.played(turnId, samplesToMs(heard, OUTPUT_RATE));
    this.#tellSounding();
  }

  #tellSounding(): void {
    const sounding = this.#ledger.unheard() !== null;
    if (sounding === this.#sounding) return;
    this.#sounding = sounding;
    this.#listener.sounding(sounding);
  }
}
