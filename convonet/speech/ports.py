"""What the media session asks of whoever hears and whoever speaks."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol

INPUT_RATE = 16_000
"""Hz of the caller's audio, everywhere behind the edge: mono, 16-bit little-endian."""


@dataclass(frozen=True)
class Hints:
    """What may help to hear right: the caller's people, teams and things."""

    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class SpeechStarted:
    """The caller began to speak; `at_ms` counts the audio fed since the session opened."""

    at_ms: int


@dataclass(frozen=True)
class SpeechStopped:
    """The caller paused; the turn may not be over."""

    at_ms: int


@dataclass(frozen=True)
class Interim:
    """The caller's words so far."""

    text: str


@dataclass(frozen=True)
class EndOfTurn:
    """The caller has finished; empty `text` means that there were no words in the sound."""

    text: str
    speech_end_ms: int
    """Where in the audio fed the last voiced sound ended."""
    end_ms: int
    """Up to where the audio fed belongs to this turn; what follows is the next one's."""
    endpointing_ms: int
    """From the end of speech to the decision that it was the end."""
    stt_ms: int
    """From that decision to the final words."""
    speech_ms: int = 0
    """How much voiced sound there was: tells a cough from a sentence."""
    eager: bool = False
    """Likely the end; either confirmed by another EndOfTurn or taken back by TurnResumed."""


@dataclass(frozen=True)
class TurnResumed:
    """An eager EndOfTurn was wrong: the caller goes on."""


HeardEvent = SpeechStarted | SpeechStopped | Interim | EndOfTurn | TurnResumed


class ListeningSession(Protocol):
    """One call's ear, open as long as the call."""

    async def feed(self, pcm: bytes) -> None:
        """Take caller audio: `INPUT_RATE` Hz, mono, 16-bit, any length.

        Raises:
            ProviderBusy: the connection is gone; open another session and feed it again.
        """
        ...

    def events(self) -> AsyncIterator[HeardEvent]:
        """Yield what is heard until the session is closed; raises as `feed` does."""
        ...


class SpeechToText(Protocol):
    """Turns a caller's audio into turns of words."""

    @property
    def name(self) -> str:
        """Who it is, for people: "Deepgram flux-general-en"."""
        ...

    def listen(self, hints: Hints) -> AbstractAsyncContextManager[ListeningSession]:
        """Open a call's ear.

        Raises:
            ProviderBusy: try again.
            ProviderRefused: it will never work (a bad key, an unknown model).
        """
        ...


class SpeakingSession(Protocol):
    """One call's voice, open as long as the call."""

    def synthesize(self, text: str) -> AsyncGenerator[bytes, None]:
        """Yield audio for a sentence as it is made: the session's rate, mono, 16-bit.

        Sentences are asked for one after the other. Closing the iterator early stops the work
        and drops what the vendor still had to say.

        Raises:
            ProviderBusy: this sentence failed half-way or whole; it may be asked for again.
            ProviderRefused: it will never work.
        """
        ...


class TextToSpeech(Protocol):
    """Turns sentences into audio."""

    @property
    def name(self) -> str:
        """Who it is, for people: "Deepgram aura-2-thalia-en"."""
        ...

    def speak(self, sample_rate: int) -> AbstractAsyncContextManager[SpeakingSession]:
        """Open a call's voice at `sample_rate` Hz; raises as `SpeechToText.listen` does."""
        ...


@dataclass(frozen=True)
class Engines:
    """Whoever hears and whoever speaks in this process."""

    stt: SpeechToText
    tts: TextToSpeech = field(repr=False)
