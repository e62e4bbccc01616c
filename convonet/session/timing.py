"""Where a turn's time goes, from the end of the caller's speech to the first sound of the reply."""

from dataclasses import dataclass

from convonet.contracts.speech import Say
from convonet.contracts.voice import Timings


@dataclass
class TurnTiming:
    """One turn's milestones, all Unix ms of this machine or of those it trusts."""

    speech_end_ms: int
    """The last sound of the caller's speech arrived at the edge."""
    understood_ms: int
    """The words were final."""
    endpointing_ms: int = 0
    stt_ms: int = 0
    started_ms: int = 0
    """The assistant's first step began."""
    first_token_took_ms: int = 0
    """Of the step that said the first words."""
    first_words_ms: int = 0
    """The first sentence was handed over."""
    first_sound_ms: int = 0
    """The first sound of the reply was sent."""

    def note(self, say: Say, now_ms: int) -> None:
        """Learn from what the assistant hands over."""
        self.started_ms = self.started_ms or say.started_ms
        if say.kind == "sentence" and not self.first_words_ms:
            self.first_words_ms = now_ms
            if say.first_token_ms:
                self.first_token_took_ms = say.first_token_ms - say.started_ms

    def timings(self) -> Timings:
        """Return the stages, ms; zero for what did not happen."""
        sounded = bool(self.first_sound_ms)
        return Timings(
            endpointing=max(0, self.endpointing_ms),
            stt=max(0, self.stt_ms),
            llm_first_token=max(0, self.first_token_took_ms),
            tts_first_audio=max(0, self.first_sound_ms - self.first_words_ms) if sounded else 0,
            durability=max(0, self.started_ms - self.understood_ms) if self.started_ms else 0,
            total=max(0, self.first_sound_ms - self.speech_end_ms) if sounded else 0,
        )
