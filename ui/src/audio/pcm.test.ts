import { expect, it } from "vitest";
import { Chunker, loudness, toInt16 } from "./pcm";

it("cuts samples into equal chunks and keeps the rest for the next", () => {
  const chunker = new Chunker(4);
  expect(chunker.push(new Float32Array(3).fill(1))).toEqual([]);
  expect(chunker.push(new Float32Array(6).fill(-1))).toEqual([
    Int16Array.of(32_767, 32_767, 32_767, -32_767),
    Int16Array.of(-32_767, -32_767, -32_767, -32_767),
  ]);
});

it("clips what is too loud", () => {
  expect(toInt16(3)).toBe(32_767);
  expect(toInt16(-3)).toBe(-32_767);
});

it("shows loudness as the ear takes it", () => {
  expect(loudness(0)).toBe(0);
  expect(loudness(0.001)).toBe(0);
  expect(loudness(0.03)).toBeGreaterThan(0.4);
  expect(loudness(1)).toBe(1);
});
