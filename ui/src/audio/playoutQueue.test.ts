import { describe, expect, it } from "vitest";
import { PlayoutQueue } from "./playoutQueue";

const RATE = 24_000;
const QUANTUM = 128;
const MS = RATE / 1000;

function pcm(ms: number, value = 16_384): Int16Array {
  return new Int16Array(ms * MS).fill(value);
}

/** Renders for `ms`; returns the samples and every report made. */
function render(queue: PlayoutQueue, ms: number) {
  const samples: number[] = [];
  const reports = [];
  for (let done = 0; done < ms * MS; done += QUANTUM) {
    const out = new Float32Array(QUANTUM);
    queue.render(out);
    samples.push(...out);
    reports.push(...queue.takeReport());
  }
  return { samples, reports, sounding: samples.filter((sample) => sample !== 0).length };
}

describe("PlayoutQueue", () => {
  it("renders every sample once and reports exactly what it rendered", () => {
    const queue = new PlayoutQueue(RATE);
    for (let i = 0; i < 10; i++) queue.push("t1", pcm(40));
    const { sounding, reports } = render(queue, 600);
    expect(sounding).toBe(400 * MS);
    expect(reports.at(-1)).toEqual({ turnId: "t1", samples: 400 * MS });
    expect(reports.length).toBeGreaterThanOrEqual(3);
  });

  it("waits for its jitter margin before it begins", () => {
    const queue = new PlayoutQueue(RATE);
    queue.push("t1", pcm(40));
    expect(render(queue, 40).sounding).toBe(0);
    queue.push("t1", pcm(40));
    expect(render(queue, 20).sounding).toBeGreaterThan(0);
  });

  it("does not wait for ever for the margin of a very short turn", () => {
    const queue = new PlayoutQueue(RATE);
    queue.push("t1", pcm(20));
    expect(render(queue, 300).sounding).toBe(20 * MS);
  });

  it("gathers a new margin after running empty, and loses nothing", () => {
    const queue = new PlayoutQueue(RATE);
    queue.push("t1", pcm(80));
    render(queue, 200);
    queue.push("t1", pcm(30));
    expect(render(queue, 20).sounding).toBe(0);
    queue.push("t1", pcm(50));
    const { reports } = render(queue, 200);
    expect(reports.at(-1)).toEqual({ turnId: "t1", samples: 160 * MS });
  });

  it("drops a cleared turn within 5 ms and says how much of it sounded", () => {
    const queue = new PlayoutQueue(RATE);
    queue.push("t1", pcm(1000));
    render(queue, 200);
    queue.clear("t1");
    const { sounding, reports } = render(queue, 100);
    expect(sounding).toBeLessThanOrEqual(5 * MS);
    const heard = reports.at(-1)?.samples ?? 0;
    expect(heard).toBeGreaterThanOrEqual(200 * MS);
    expect(heard).toBeLessThanOrEqual(206 * MS + QUANTUM);
    expect(queue.queued).toBe(0);
  });

  it("leaves other turns alone when one is cleared", () => {
    const queue = new PlayoutQueue(RATE);
    queue.push("t1", pcm(100));
    queue.push("t2", pcm(100));
    queue.clear("t1");
    const { reports } = render(queue, 400);
    expect(reports.filter(({ turnId }) => turnId === "t2").at(-1)?.samples).toBe(100 * MS);
    expect(reports.filter(({ turnId }) => turnId === "t1").at(-1)?.samples).toBe(0);
  });

  it("fades what is cleared, so that it does not click", () => {
    const queue = new PlayoutQueue(RATE);
    queue.push("t1", pcm(500));
    render(queue, 100);
    queue.clear("t1");
    const { samples } = render(queue, 20);
    const steps = samples.slice(1).map((sample, i) => Math.abs(sample - (samples[i] ?? 0)));
    expect(Math.max(...steps)).toBeLessThan(0.02);
  });
});
