import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { inCall, newVoice, reconnected } from "./scriptedCall";

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
