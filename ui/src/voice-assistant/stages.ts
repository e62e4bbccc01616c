/** The stages of a turn, for the eye. */
import type { Timings } from "../generated/voice";

export interface Stage {
  key: Exclude<keyof Timings, "total">;
  name: string;
  colour: string;
}

/** In the order they happen. */
export const STAGES: readonly Stage[] = [
  { key: "endpointing", name: "End of speech", colour: "var(--stage-endpointing)" },
  { key: "stt", name: "Words", colour: "var(--stage-stt)" },
  { key: "durability", name: "Made durable", colour: "var(--stage-durability)" },
  { key: "llm_first_token", name: "First thought", colour: "var(--stage-llm)" },
  { key: "tts_first_audio", name: "First sound", colour: "var(--stage-tts)" },
];

/** `840 ms`, `1.24 s`. */
export function durationWords(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`;
}
