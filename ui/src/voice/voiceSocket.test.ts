import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { INPUT_RATE } from "../audio/pcm";
import { ANSWER_WITHIN_MS, PING_EVERY_MS } from "./heartbeat";
import { ScriptedSocket } from "./scriptedSocket";
import type { Link, LinkProblem } from "./link";
import { VoiceSocket } from "./voiceSocket";
import type { ServerMessage } from "./wire";

const USER = { id: "u1", name: "Grace", teams: [] };
const CALL_STARTED = {
  type: "call_started",
  call_id: "c1",
  workflow_id: "w1",
  workflow_url: "http://localhost/w1",
  providers: { stt: "a", llm: "b", tts: "c" },
} as const;

function newVoice() {
  const sockets: ScriptedSocket[] = [];
  const links: Link[] = [];
  const problems: LinkProblem[] = [];
  const messages: ServerMessage[] = [];
  const sounds: number[] = [];
  const voice = new VoiceSocket(
    {
      link: (link) => links.push(link),
      message: (message) => messages.push(message),
      audio: (seq) => sounds.push(seq),
      problem: (problem) => problems.push(problem),
    },
    {
      url: "ws://localhost/voice",
      timeZone: "Europe/Berlin",
      random: () => 1,
      createSocket: () => {
        const socket = new ScriptedSocket();
        sockets.push(socket);
        return socket as unknown as WebSocket;
      },
    },
  );
  const last = () => {
    const socket = sockets.at(-1);
    if (!socket) throw new Error("nothing has connected");
    return socket;
  };
  return { voice, sockets, links, problems, messages, sounds, last };
}

function inCall() {
  const world = newVoice();
  world.voice.signIn("1234");
  world.last().open();
  world.last().say({ type: "authentication_required", attempts_left: 3, seq: 1 });
  world.last().say({ type: "authenticated", session_id: "s1", user: USER, seq: 2 });
  world.voice.start();
  world.last().say({ ...CALL_STARTED, seq: 3 });
  return world;
}

function reconnected(world: ReturnType<typeof inCall>): ScriptedSocket {
  vi.advanceTimersByTime(2_000);
  const socket = world.last();
  socket.open();
  socket.say({ type: "authentication_required", attempts_left: 3, seq: 1 });
  socket.say({ ...CALL_STARTED, seq: 3 });
  return socket;
}

const chunk = (value: number) => new Int16Array(640).fill(value);
const texts = (socket: ScriptedSocket) =>
  socket.sent.flatMap((message) => (message.type === "text" ? [message.text] : []));

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe("signing in", () => {
  it("sends the PIN when it is connected, and starts a call that greets", () => {
    const { links, last } = inCall();
    expect(last().sent).toEqual([
      { type: "authenticate", pin: "1234" },
      { type: "start", greet: true, time_zone: "Europe/Berlin" },
    ]);
    expect(links).toEqual(["signing_in", "signed_in", "starting", "in_call"]);
  });

  it("uses the same connection for the next PIN after a wrong one", () => {
    const { voice, sockets, links, last } = newVoice();
    voice.signIn("9999");
    last().open();
    last().say({ type: "authentication_failed", attempts_left: 2, retry_after_s: 0, seq: 2 });
    voice.signIn("1234");
    expect(sockets).toHaveLength(1);
    expect(last().sentTypes()).toEqual(["authenticate", "authenticate"]);
    expect(links).toEqual(["signing_in", "signed_out", "signing_in"]);
  });

  it("says so when nobody answers", () => {
    const { voice, links, problems } = newVoice();
    voice.signIn("1234");
    vi.advanceTimersByTime(6_000);
    expect(links.at(-1)).toBe("signed_out");
    expect(problems).toEqual(["unreachable"]);
  });
});

describe("a lost connection", () => {
  it("resumes the call after the last message that arrived whole", () => {
    const world = inCall();
    world.last().say({ type: "speech_started", seq: 4 });
    // Announced, but its sound never came: it must be sent again.
    world.last().say({ type: "audio", turn_id: "t1", ms: 40, seq: 5 });
    world.last().cut();
    expect(world.links.at(-1)).toBe("reconnecting");
    const socket = reconnected(world);
    expect(socket.sent[0]).toEqual({
      type: "resume",
      session_id: "s1",
      call_id: "c1",
      last_seq: 4,
    });
    socket.sound(5, "t1");
    expect(world.sounds).toEqual([5]);
    expect(world.links.at(-1)).toBe("in_call");
  });

  it("keeps what was said and typed meanwhile and sends it once, in order", () => {
    const world = inCall();
    world.voice.sendAudio(chunk(1));
    const first = world.last();
    first.cut();
    world.voice.sendAudio(chunk(2));
    world.voice.sendAudio(chunk(3));
    world.voice.send({ type: "text", text: "hello" });
    const socket = reconnected(world);
    world.voice.sendAudio(chunk(4));
    expect(first.sentAudio.map(([sample]) => sample)).toEqual([1]);
    expect(socket.sentAudio.map(([sample]) => sample)).toEqual([2, 3, 4]);
    expect(texts(socket)).toEqual(["hello"]);
  });

  it("keeps the newest ten seconds of speech", () => {
    const world = inCall();
    world.last().cut();
    for (let i = 0; i < 300; i++) world.voice.sendAudio(chunk(i));
    const socket = reconnected(world);
    const kept = socket.sentAudio;
    expect(kept.length * 640).toBe(10 * INPUT_RATE);
    expect(kept.at(-1)?.[0]).toBe(299);
  });

  it("sends only the newest count of what was played of a turn", () => {
    const world = inCall();
    world.last().cut();
    for (const ms of [100, 200, 300]) world.voice.send({ type: "played", turn_id: "t1", ms });
    const socket = reconnected(world);
    expect(socket.sent.slice(1)).toEqual([{ type: "played", turn_id: "t1", ms: 300 }]);
  });

  it("tries every 0.1 s for two seconds, then ever more slowly, up to two seconds", () => {
    const world = inCall();
    world.last().cut();
    const waits: number[] = [];
    for (let i = 0; i < 26; i++) {
      const before = world.sockets.length;
      let waited = 0;
      while (world.sockets.length === before) {
        vi.advanceTimersByTime(50);
        waited += 50;
      }
      waits.push(waited);
      world.last().cut();
    }
    expect(waits.slice(0, 20)).toEqual(Array(20).fill(100));
    expect(waits.slice(20)).toEqual([200, 400, 800, 1600, 2000, 2000]);
  });

  it("gives the call up when the server knows it no more", () => {
    const world = inCall();
    world.last().cut();
    vi.advanceTimersByTime(200);
    world.last().open();
    world.last().say({ type: "error", code: "unknown_call", message: "No such call.", seq: 2 });
    expect(world.links.at(-1)).toBe("signed_out");
    expect(world.problems).toEqual(["gone"]);
  });

  it("keeps trying while the server only says not now", () => {
    const world = inCall();
    world.last().cut();
    vi.advanceTimersByTime(200);
    world.last().open();
    world.last().say({ type: "error", code: "unavailable", message: "Starting.", seq: 0 });
    vi.advanceTimersByTime(400);
    expect(world.sockets).toHaveLength(3);
    expect(world.problems).toEqual([]);
  });
});

it("leaves a call alone that goes on over another connection", () => {
  const world = inCall();
  world.last().say({ type: "error", code: "replaced", message: "Elsewhere.", seq: 4 });
  vi.advanceTimersByTime(60_000);
  expect(world.sockets).toHaveLength(1);
  expect(world.links.at(-1)).toBe("signed_out");
  expect(world.problems).toEqual(["elsewhere"]);
});

describe("the order of messages", () => {
  it("hands on nothing twice", () => {
    const world = inCall();
    world.last().sound(4, "t1");
    world.last().sound(4, "t1");
    world.last().say({ type: "notice", text: "a", seq: 5 });
    world.last().say({ type: "notice", text: "a", seq: 5 });
    expect(world.sounds).toEqual([4]);
    expect(world.messages.filter(({ type }) => type === "notice")).toHaveLength(1);
  });

  it("resumes once when a message is missing, and goes on if it is gone for good", () => {
    const world = inCall();
    world.last().say({ type: "notice", text: "late", seq: 6 });
    expect(world.links.at(-1)).toBe("reconnecting");
    const socket = reconnected(world);
    expect(socket.sent[0]).toMatchObject({ type: "resume", last_seq: 3 });
    socket.say({ type: "notice", text: "late", seq: 6 });
    socket.say({ type: "notice", text: "next", seq: 7 });
    expect(world.links.at(-1)).toBe("in_call");
    expect(world.messages.flatMap((m) => (m.type === "notice" ? [m.text] : []))).toEqual([
      "late",
      "next",
    ]);
  });

  it("ignores types it does not know", () => {
    const world = inCall();
    world.last().onmessage?.({ data: '{"type":"hologram","seq":0}' });
    expect(world.links.at(-1)).toBe("in_call");
  });
});

describe("a dead connection", () => {
  it("is noticed when a ping is not answered", () => {
    const world = inCall();
    vi.advanceTimersByTime(PING_EVERY_MS);
    expect(world.last().sentTypes().at(-1)).toBe("ping");
    vi.advanceTimersByTime(ANSWER_WITHIN_MS);
    expect(world.links.at(-1)).toBe("reconnecting");
  });

  it("is not suspected while pongs come", () => {
    const world = inCall();
    for (let i = 0; i < 5; i++) {
      vi.advanceTimersByTime(PING_EVERY_MS);
      world.last().say({ type: "pong", t: 1, seq: 0 });
    }
    expect(world.links.at(-1)).toBe("in_call");
  });
});

describe("hanging up", () => {
  it("ends when the server says so, and can start another call", () => {
    const world = inCall();
    world.voice.hangUp();
    world.last().say({ type: "call_ended", reason: "hangup", seq: 4 });
    expect(world.links.at(-1)).toBe("ended");
    expect(world.voice.ticket).toBeNull();
    expect(world.voice.start()).toBe(true);
    world.last().say({ ...CALL_STARTED, call_id: "c2", seq: 5 });
    expect(world.voice.ticket).toMatchObject({ callId: "c2", lastSeq: 5 });
  });

  it("ends even when the server does not answer, which is told again later", () => {
    const world = inCall();
    world.voice.hangUp();
    expect(world.links.at(-1)).toBe("ending");
    vi.advanceTimersByTime(4_000);
    expect(world.links.at(-1)).toBe("ended");
    vi.advanceTimersByTime(200);
    toldAtLast(world);
  });

  it("ends at once while the connection is away; the server is told as soon as it is back", () => {
    const world = inCall();
    world.last().cut();
    world.voice.send({ type: "text", text: "never mind" });
    world.voice.hangUp();
    expect(world.links.at(-1)).toBe("ended");
    expect(world.voice.ticket).toBeNull();
    expect(world.voice.start()).toBe(false);
    vi.advanceTimersByTime(200);
    toldAtLast(world);
  });

  it("is over for good when nobody can be told", () => {
    const world = inCall();
    world.last().cut();
    world.voice.hangUp();
    vi.advanceTimersByTime(200_000);
    const attempts = world.sockets.length;
    vi.advanceTimersByTime(200_000);
    expect(world.sockets.length).toBe(attempts);
    expect(world.links.at(-1)).toBe("ended");
    expect(world.problems).toEqual([]);
  });
});

function toldAtLast(world: ReturnType<typeof inCall>): void {
  world.last().open();
  expect(world.last().sentTypes()).toEqual(["resume"]);
  world.last().say({ ...CALL_STARTED, seq: 4 });
  expect(world.last().sentTypes()).toEqual(["resume", "hangup"]);
  world.last().say({ type: "call_ended", reason: "hangup", seq: 5 });
  expect(world.links.at(-1)).toBe("ended");
  expect(world.voice.start()).toBe(true);
}
