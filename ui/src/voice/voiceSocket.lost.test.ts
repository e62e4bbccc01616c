import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { INPUT_RATE } from "../audio/pcm";
import { ANSWER_WITHIN_MS, PING_EVERY_MS } from "./heartbeat";
import { inCall, reconnected } from "./scriptedCall";
import type { ScriptedSocket } from "./scriptedSocket";

const chunk = (value: number) => new Int16Array(640).fill(value);
const texts = (socket: ScriptedSocket) =>
  socket.sent.flatMap((message) => (message.type === "text" ? [message.text] : []));

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
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
