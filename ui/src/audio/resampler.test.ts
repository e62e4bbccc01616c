import { describe, expect, it } from "vitest";
import { rootMeanSquare } from "./pcm";
import { Resampler } from "./resampler";

function sine(hz: number, rate: number, seconds: number): Float32Array {
  return Float32Array.from({ length: rate * seconds }, (_, i) =>
    Math.sin((2 * Math.PI * hz * i) / rate),
  );
}

function resampleInPieces(input: Float32Array, from: number, to: number): Float32Array {
  const resampler = new Resampler(from, to);
  const out: number[] = [];
  for (let at = 0; at < input.length; at += 128) {
    out.push(...resampler.process(input.subarray(at, at + 128)));
  }
  return Float32Array.from(out);
}

describe.each([48_000, 44_100])("Resampler from %i Hz to 16 kHz", (rate) => {
  it("keeps what speech is made of, without a seam between pieces", () => {
    const out = resampleInPieces(sine(1_000, rate, 0.5), rate, 16_000);
    expect(Math.abs(out.length - 8_000)).toBeLessThan(40);
    const body = out.subarray(200, 7_800);
    expect(rootMeanSquare(body)).toBeCloseTo(Math.SQRT1_2, 2);
    // A pure tone obeys x[n] + x[n-2] = 2cos(w) x[n-1]: a seam would not.
    const turn = 2 * Math.cos((2 * Math.PI * 1_000) / 16_000);
    for (let i = 2; i < body.length; i++) {
      const [a = 0, b = 0, c = 0] = body.subarray(i - 2, i + 1);
      expect(Math.abs(c + a - turn * b)).toBeLessThan(0.01);
    }
  });

  it("removes what 16 kHz cannot carry", () => {
    const out = resampleInPieces(sine(10_000, rate, 0.5), rate, 16_000);
    expect(rootMeanSquare(out.subarray(200, 7_800))).toBeLessThan(0.01);
  });
});

it("passes samples through where the rates agree", () => {
  const input = sine(440, 16_000, 0.1);
  expect(new Resampler(16_000, 16_000).process(input)).toEqual(input);
});
