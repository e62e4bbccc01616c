import type { MicrophoneState } from "../voice/voiceCall";

const WORDS: Partial<Record<MicrophoneState, string>> = {
  refused:
    "The microphone is blocked for this page. Allow it in your browser's address bar, or type instead.",
  absent:
    "No microphone was found. Plug one in, or type instead: the assistant still answers aloud.",
  busy: "Another program is using the microphone. Close it there, or type instead.",
  unsupported:
    "This browser gives the page no microphone (it does so only over https or on this machine). You can type instead.",
};

/** Why the caller cannot speak and what to do; null while the microphone is fine. */
export function microphoneWords(state: MicrophoneState): string | null {
  return WORDS[state] ?? null;
}
