/** A call as the page drives it: connection, microphone and voice behind one state. */
import { Microphone, type MicrophoneProblem, MicrophoneUnavailable } from "../audio/microphone";
import { Playout } from "../audio/playout";
import { Alarm } from "./alarm";
import { BUSY, type CallAction, type CallView, EMPTY_CALL, reduceCall } from "./callState";
import { saveCall, savedCall } from "./savedCall";
import type { Link, LinkProblem, VoiceListener } from "./link";
import { VoiceSocket } from "./voiceSocket";
import type { ServerMessage } from "./wire";

export type MicrophoneState = "off" | "asking" | "live" | "muted" | MicrophoneProblem;

export interface SignInRefusal {
  attemptsLeft: number;
  /** Unix ms before which no further PIN is looked at; 0 for at once. */
  retryAt: number;
}

export interface VoiceSnapshot {
  link: Link;
  problem: LinkProblem | null;
  refusal: SignInRefusal | null;
  microphone: MicrophoneState;
  /** The browser keeps the page silent until it is clicked. */
  silenced: boolean;
  /** The voice is being heard, or would be if the page were not silenced. */
  sounding: boolean;
  call: CallView;
}

/** How long the last words may take, and what the loudspeaker still holds when they are over. */
const LAST_WORDS_MS = 15_000;
const LOUDSPEAKER_MS = 300;

const NOTHING: VoiceSnapshot = {
  link: "signed_out",
  problem: null,
  refusal: null,
  microphone: "off",
  silenced: false,
  sounding: false,
  call: EMPTY_CALL,
};

export class VoiceCall implements VoiceListener {
  #snapshot = NOTHING;
  readonly #watchers = new Set<() => void>();
  readonly #socket: VoiceSocket;
  #microphone: Microphone | undefined;
  #playout: Playout | undefined;
  readonly #ending = new Alarm();

  constructor(url: string) {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    this.#socket = new VoiceSocket(this, { url, timeZone });
  }

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  readonly snapshot = (): VoiceSnapshot => this.#snapshot;

  /** Loudness of the caller and the assistant now, 0 to 1: read it while drawing. */
  get levels(): { caller: number; assistant: number } {
    return { caller: this.#microphone?.level ?? 0, assistant: this.#playout?.level ?? 0 };
  }

  // --- what the caller does --------------------------------------------------------

  /** Call it in a click or key press: only then may the page make sound. */
  signIn(pin: string): void {
    this.#openPlayout();
    this.#update({ problem: null, refusal: null });
    this.#dispatch({ type: "new_call" });
    this.#socket.signIn(pin);
  }

  /** Another call after one has ended or could not begin; also to be called in a click. */
  newCall(): void {
    this.#dispatch({ type: "new_call" });
    this.#openPlayout();
    this.#playout?.quiet();
    if (this.#socket.start()) void this.#openMicrophone();
    else this.#socket.close();
  }

  /** Goes on with the call a reload of the page has interrupted, if there is one. */
  restore(): void {
    const saved = savedCall();
    if (!saved || this.#socket.link !== "signed_out") return;
    this.#update({ call: saved.view });
    this.#openPlayout();
    if (saved.unheard) this.#playout?.startFrom(saved.unheard);
    const lastSeq = Math.min(saved.ticket.lastSeq, saved.unheard?.seq ?? Infinity);
    this.#socket.resume({ ...saved.ticket, lastSeq });
    void this.#openMicrophone();
  }

  async retryMicrophone(): Promise<void> {
    await this.#openMicrophone();
  }

  toggleMute(): void {
    const muted = this.#snapshot.microphone === "live";
    if (!this.#microphone || (!muted && this.#snapshot.microphone !== "muted")) return;
    this.#microphone.mute(muted);
    this.#update({ microphone: muted ? "muted" : "live" });
  }

  say(text: string): void {
    this.#dispatch({ type: "typed", text });
    this.#socket.send({ type: "text", text });
  }

  askForHuman(): void {
    this.#dispatch({ type: "transfer_asked" });
    this.#socket.send({ type: "transfer" });
  }

  hangUp(): void {
    this.#closeAudio();
    this.#socket.hangUp();
  }

  async unlockSound(): Promise<void> {
    await this.#playout?.unlock();
  }

  dismissError(): void {
    this.#dispatch({ type: "error_dismissed" });
  }

  dismissTransfer(): void {
    this.#dispatch({ type: "transfer_dismissed" });
  }

  // --- what the page's surroundings do -----------------------------------------------

  /** The page is about to go away: remember the call for a reload. */
  remember(): void {
    const ticket = this.#socket.ticket;
    const unheard = this.#playout?.unheard() ?? null;
    saveCall(ticket && { ticket, view: this.#snapshot.call, unheard });
  }

  networkChanged(): void {
    this.#socket.probe();
  }

  // --- what the connection tells -----------------------------------------------------

  link(link: Link): void {
    if (link === "signed_in" && this.#snapshot.link === "signing_in") this.#signedIn();
    if (link === "signed_out") this.#closeAudio();
    if (link === "ended") this.#fallSilent();
    this.#update({ link });
    this.remember();
  }

  message(message: ServerMessage): void {
    if (message.type === "clear") this.#playout?.clear(message.turn_id);
    // The server has long said all; here it came late, and the caller does not wait for it.
    if (message.type === "transcript" && this.#snapshot.call.talk === "listening") {
      this.#playout?.clearAll();
    }
    if (message.type === "authentication_failed") {
      const retryAt = message.retry_after_s > 0 ? Date.now() + message.retry_after_s * 1000 : 0;
      this.#update({ refusal: { attemptsLeft: message.attempts_left, retryAt } });
    }
    this.#dispatch({ type: "server", message });
    if (message.type === "error" && message.code === BUSY) this.#noRoom();
    if (message.type === "call_started") this.remember();
  }

  audio(seq: number, turnId: string, pcm: Int16Array): void {
    // Empty where the server has left out what a later `clear` had taken back.
    if (pcm.length > 0) this.#playout?.play(seq, turnId, pcm);
  }

  problem(problem: LinkProblem): void {
    this.#update({ problem });
  }

  // --- inside ------------------------------------------------------------------------

  #signedIn(): void {
    // The question for the microphone comes before the greeting, not into it.
    void this.#openMicrophone().then(() => {
      if (this.#socket.link === "signed_in") this.#socket.start();
    });
  }

  /** Starts a call by typing while the browser still asks for the microphone. */
  startWithoutMicrophone(): void {
    if (this.#socket.link === "signed_in") this.#socket.start();
  }

  /** Nobody listens now; the caller hears so, and may try again. */
  #noRoom(): void {
    this.#closeMicrophone();
    this.#playout?.busy();
  }

  #openPlayout(): void {
    if (this.#playout) return;
    const playout = new Playout({
      played: (turnId, ms) => {
        this.#socket.send({ type: "played", turn_id: turnId, ms });
      },
      sounding: (sounding) => {
        this.#update({ sounding });
        if (!sounding && this.#socket.link === "ended") this.#closeAudioIn(LOUDSPEAKER_MS);
      },
      audible: (audible) => {
        this.#update({ silenced: !audible });
      },
    });
    this.#playout = playout;
    void playout.open().then(() => {
      this.#update({ silenced: !playout.audible });
    });
  }

  async #openMicrophone(): Promise<void> {
    if (this.#microphone || this.#snapshot.microphone === "asking") return;
    this.#update({ microphone: "asking" });
    try {
      const microphone = await Microphone.open({
        chunk: (pcm) => {
          this.#socket.sendAudio(pcm);
        },
        lost: () => {
          this.#microphone?.close();
          this.#microphone = undefined;
          this.#update({ microphone: "absent" });
        },
      });
      this.#microphone = microphone;
      if (this.#over()) this.#closeMicrophone();
      else this.#update({ microphone: "live", silenced: this.#playout?.audible === false });
    } catch (error) {
      if (!(error instanceof MicrophoneUnavailable)) throw error;
      this.#update({ microphone: error.problem });
    }
  }

  #over(): boolean {
    return !this.#playout || this.#socket.link === "ended";
  }

  /** Stops listening at once, but lets the last words be heard. */
  #fallSilent(): void {
    this.#closeMicrophone();
    this.#closeAudioIn(this.#snapshot.sounding ? LAST_WORDS_MS : LOUDSPEAKER_MS);
  }

  #closeAudioIn(ms: number): void {
    this.#ending.set(ms, () => {
      if (this.#socket.link === "ended") this.#closeAudio();
    });
  }

  #closeMicrophone(): void {
    this.#microphone?.close();
    this.#microphone = undefined;
    this.#update({ microphone: "off" });
  }

  #closeAudio(): void {
    this.#closeMicrophone();
    this.#playout?.close();
    this.#playout = undefined;
    this.#update({ silenced: false, sounding: false });
  }

  #dispatch(action: CallAction): void {
    this.#update({ call: reduceCall(this.#snapshot.call, action) });
  }

  #update(change: Partial<VoiceSnapshot>): void {
    const keys = Object.keys(change) as (keyof VoiceSnapshot)[];
    if (keys.every((key) => change[key] === this.#snapshot[key])) return;
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const watcher of this.#watchers) watcher();
  }
}
