/** The connection of a call: signs in, starts, and comes back by itself when it is lost. */
import { Alarm } from "./alarm";
import { AudioBacklog } from "./audioBacklog";
import { backoffMs } from "./backoff";
import { Heartbeat } from "./heartbeat";
import type { CallTicket, Link, LinkProblem, VoiceListener, VoiceSocketOptions } from "./link";
import { Outbox } from "./outbox";
import { Sequence } from "./sequence";
import { type ClientMessage, readServerMessage, type ServerMessage } from "./wire";

const OPEN = 1;
const CONNECT_WITHIN_MS = 6_000;
const GOODBYE_WITHIN_MS = 4_000;
const GIVE_UP_AFTER_MS = 180_000;
/** Answers to `resume` after which trying again makes no sense. */
const FINAL: ReadonlySet<string> = new Set(["unknown_session", "unknown_call", "bad_message"]);

export class VoiceSocket {
  #link: Link = "signed_out";
  #socket: WebSocket | undefined;
  #sessionId = "";
  #callId = "";
  #awaitsBinary: Extract<ServerMessage, { type: "audio" }> | undefined;
  #pin = "";
  #attempt = 0;
  #lostAt = 0;
  /** The caller has hung up and the server does not know it yet. */
  #leaving = false;
  readonly #alarm = new Alarm();
  readonly #sequence = new Sequence();
  readonly #backlog = new AudioBacklog();
  readonly #outbox = new Outbox();
  readonly #heartbeat = new Heartbeat(
    () => {
      this.#send({ type: "ping", t: Date.now() });
    },
    () => {
      this.#lost();
    },
  );

  constructor(
    readonly listener: VoiceListener,
    readonly options: VoiceSocketOptions,
  ) {}

  get link(): Link {
    return this.#link;
  }

  /** What a reloaded page needs to come back; null outside of a call. */
  get ticket(): CallTicket | null {
    if (this.#link !== "in_call" && this.#link !== "reconnecting") return null;
    return { sessionId: this.#sessionId, callId: this.#callId, lastSeq: this.#sequence.last };
  }

  signIn(pin: string): void {
    this.#enter("signing_in");
    this.#pin = pin;
    if (this.#socket?.readyState === OPEN) this.#sendPin();
    else this.#connect();
  }

  /** Begins a call; false when the connection is gone and the caller must sign in again. */
  start(): boolean {
    if (this.#leaving || this.#socket?.readyState !== OPEN) return false;
    this.#enter("starting");
    this.#backlog.take();
    this.#outbox.take();
    this.#send({ type: "start", greet: true, time_zone: this.options.timeZone });
    this.#expectAnswer();
    return true;
  }

  resume({ sessionId, callId, lastSeq }: CallTicket): void {
    this.#sessionId = sessionId;
    this.#callId = callId;
    this.#sequence.restart(lastSeq);
    this.#lostAt = Date.now();
    this.#attempt = 0;
    this.#enter("reconnecting");
    this.#connect();
  }

  /** Microphone audio. While the connection is away it waits, the newest ten seconds of it. */
  sendAudio(chunk: Int16Array<ArrayBuffer>): void {
    if (this.#link === "in_call" && this.#socket?.readyState === OPEN) this.#socket.send(chunk);
    else if (this.#link === "reconnecting" || this.#link === "in_call") this.#backlog.push(chunk);
  }

  /** Sends now, or as soon as the call is connected again. */
  send(message: ClientMessage): void {
    if (this.#link === "in_call" && this.#socket?.readyState === OPEN) this.#send(message);
    else if (this.#link === "reconnecting" || this.#link === "in_call") this.#outbox.put(message);
  }

  /**
   * Ends the call. For the caller it is over even when the server cannot be reached; it is told as
   * soon as it can be.
   */
  hangUp(): void {
    const before = this.#link;
    if (!this.ticket) return;
    this.#leaving = true;
    this.#backlog.take();
    this.#outbox.take();
    this.#enter(before === "in_call" ? "ending" : "ended");
    if (before === "in_call") this.#sayGoodbye();
  }

  #sayGoodbye(): void {
    this.#send({ type: "hangup" });
    this.#expectAnswer(GOODBYE_WITHIN_MS);
  }

  /** The network has changed: find out now whether the connection still lives. */
  probe(): void {
    if (this.#link === "in_call") this.#heartbeat.ask();
    else if (this.#returning && !this.#socket) this.#connect();
  }

  close(): void {
    this.#leaving = false;
    this.#drop();
    this.#enter("signed_out");
  }

  get #returning(): boolean {
    return this.#link === "reconnecting" || (this.#leaving && this.#link === "ended");
  }

  #enter(link: Link): void {
    if (this.#link === link) return;
    this.#link = link;
    this.listener.link(link);
  }

  #connect(): void {
    this.#drop();
    const create = this.options.createSocket ?? ((url: string) => new WebSocket(url));
    const socket = create(this.options.url);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    this.#expectAnswer();
    socket.onopen = () => {
      this.#opened();
    };
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      this.#heartbeat.alive();
      if (typeof data === "string") this.#received(data);
      else this.#receivedAudio(data);
    };
    socket.onclose = () => {
      this.#lost();
    };
  }

  #opened(): void {
    if (this.#link === "signing_in") this.#sendPin();
    else if (this.#returning) {
      this.#send({
        type: "resume",
        session_id: this.#sessionId,
        call_id: this.#callId,
        last_seq: this.#sequence.last,
      });
    }
  }

  #sendPin(): void {
    this.#send({ type: "authenticate", pin: this.#pin });
    this.#pin = "";
    this.#expectAnswer();
  }

  #received(frame: string): void {
    const message = readServerMessage(frame);
    if (!message) return;
    const order = this.#sequence.judge(message);
    if (order === "gap" && this.#link === "in_call") {
      // Something was lost on the way: ask once for all since then.
      this.#sequence.acceptGap();
      this.#lost();
      return;
    }
    if (message.type === "audio") {
      // Not received before its sound is: a cut in between must bring it again.
      this.#awaitsBinary = order === "repeated" ? undefined : message;
      return;
    }
    if (order === "repeated") return;
    this.#sequence.take(message);
    this.#act(message);
    this.listener.message(message);
  }

  #receivedAudio(data: ArrayBuffer): void {
    const announced = this.#awaitsBinary;
    if (!announced) return;
    this.#awaitsBinary = undefined;
    this.#sequence.take(announced);
    this.listener.message(announced);
    const whole = data.byteLength - (data.byteLength % 2);
    this.listener.audio(announced.seq, announced.turn_id, new Int16Array(data.slice(0, whole)));
  }

  #act(message: ServerMessage): void {
    if (message.type === "authenticated") {
      this.#sessionId = message.session_id;
      if (this.#link === "signing_in") this.#settle("signed_in");
    } else if (message.type === "authentication_failed") this.#settle("signed_out");
    else if (message.type === "call_started") this.#inCall(message.call_id, message.seq);
    else if (message.type === "call_ended") {
      this.#leaving = false;
      this.#settle("ended");
    } else if (message.type === "error") this.#refused(message.code);
  }

  #inCall(callId: string, seq: number): void {
    if (this.#link === "starting") this.#sequence.restart(seq);
    this.#callId = callId;
    this.#attempt = 0;
    if (this.#leaving) {
      this.#sayGoodbye();
      return;
    }
    this.#settle("in_call");
    for (const message of this.#outbox.take()) this.#send(message);
    for (const chunk of this.#backlog.take()) this.#socket?.send(chunk);
  }

  #refused(code: string): void {
    if (code === "replaced") this.#giveUp("elsewhere");
    else if (this.#returning && FINAL.has(code)) this.#giveUp("gone");
    else if (this.#returning) this.#lost();
    else if (this.#link === "starting") this.#settle("signed_in");
    else if (this.#link === "signing_in") this.#settle("signed_out");
  }

  #giveUp(problem: LinkProblem): void {
    this.#drop();
    if (!this.#leaving) {
      this.#enter("signed_out");
      this.listener.problem(problem);
    }
    this.#leaving = false;
  }

  /** The answer that was waited for is here. */
  #settle(link: Link): void {
    this.#alarm.off();
    if (link === "in_call") this.#heartbeat.start();
    this.#enter(link);
  }

  #expectAnswer(withinMs = CONNECT_WITHIN_MS): void {
    this.#alarm.set(withinMs, () => {
      this.#lost();
    });
  }

  #lost(): void {
    const before = this.#link;
    this.#drop();
    if (before === "signing_in" || before === "starting") this.#giveUp("unreachable");
    else if (this.#leaving || before === "in_call" || before === "reconnecting") this.#comeBack();
    else if (before === "signed_in") this.#enter("signed_out");
  }

  #comeBack(): void {
    if (this.#link === "in_call" || this.#link === "ending") {
      this.#attempt = 0;
      this.#lostAt = Date.now();
      this.#enter(this.#leaving ? "ended" : "reconnecting");
    }
    if (Date.now() - this.#lostAt > GIVE_UP_AFTER_MS) {
      this.#giveUp("unreachable");
      return;
    }
    const wait = backoffMs(this.#attempt++, this.options.random ?? Math.random);
    this.#alarm.set(wait, () => {
      this.#connect();
    });
  }

  #drop(): void {
    this.#alarm.off();
    this.#heartbeat.stop();
    this.#awaitsBinary = undefined;
    const socket = this.#socket;
    this.#socket = undefined;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #send(message: ClientMessage): void {
    if (this.#socket?.readyState === OPEN) this.#socket.send(JSON.stringify(message));
  }
}
