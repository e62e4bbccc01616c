/** What a caller hears when there is no room for the call: the busy tone, then words. */
const HZ = 425;
const BEAT_S = 0.5;
const BEATS = 3;
const LOUDNESS = 0.12;
/** Long enough that a beat begins and ends without a click. */
const RAMP_S = 0.02;
const WORDS = "All lines are busy. Please try again.";

/** Sounds it into `to`; returns what stops it. */
export function soundBusy(context: AudioContext, to: AudioNode): () => void {
  const tone = new OscillatorNode(context, { frequency: HZ });
  const volume = new GainNode(context, { gain: 0 });
  const start = context.currentTime + RAMP_S;
  for (let beat = 0; beat < BEATS; beat++) {
    const on = start + beat * 2 * BEAT_S;
    volume.gain.setTargetAtTime(LOUDNESS, on, RAMP_S / 3);
    volume.gain.setTargetAtTime(0, on + BEAT_S, RAMP_S / 3);
  }
  tone.connect(volume).connect(to);
  tone.start();
  tone.stop(start + BEATS * 2 * BEAT_S);
  tone.onended = () => {
    volume.disconnect();
    sayBusy();
  };
  return () => {
    tone.onended = null;
    tone.stop();
    volume.disconnect();
    if ("speechSynthesis" in window) window.speechSynthesis.cancel();
  };
}

/** Says it, where the browser brings a voice of its own: others would be asked over the network. */
function sayBusy(): void {
  if (!("speechSynthesis" in window)) return;
  const voice = window.speechSynthesis
    .getVoices()
    .find(({ lang, localService }) => localService && lang.startsWith("en"));
  if (!voice) return;
  const words = new SpeechSynthesisUtterance(WORDS);
  words.voice = voice;
  window.speechSynthesis.speak(words);
}
