import { mount } from "../design/Page";
import { VoiceCall } from "../voice/voiceCall";
import { voiceUrl } from "../voice/wire";
import { VoiceAssistant } from "./VoiceAssistant";

const call = new VoiceCall(voiceUrl(window.location));
call.restore();
window.addEventListener("pagehide", () => {
  call.remember();
});
// A browser that keeps the page silent lets it sound from the first click or key on.
for (const gesture of ["click", "keydown"] as const) {
  window.addEventListener(gesture, () => {
    void call.unlockSound();
  });
}
for (const change of ["online", "offline"] as const) {
  window.addEventListener(change, () => {
    call.networkChanged();
  });
}

mount(<VoiceAssistant call={call} />);
