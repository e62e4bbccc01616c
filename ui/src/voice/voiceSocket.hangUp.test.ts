import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CALL_STARTED, inCall, type World } from "./scriptedCall";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
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

function toldAtLast(world: World): void {
  world.last().open();
  expect(world.last().sentTypes()).toEqual(["resume"]);
  world.last().say({ ...CALL_STARTED, seq: 4 });
  expect(world.last().sentTypes()).toEqual(["resume", "hangup"]);
  world.last().say({ type: "call_ended", reason: "hangup", seq: 5 });
  expect(world.links.at(-1)).toBe("ended");
  expect(world.voice.start()).toBe(true);
}
