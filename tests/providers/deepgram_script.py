"""What the protocol-level Deepgram hears and says, what goes wrong, and what it was asked."""

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from tests.providers.deepgram_hearing import FluxHearing

MS_PER_CHARACTER = 55
_PITCHES = (180, 205, 230, 260, 290, 325)


@dataclass(frozen=True)
class Utterance:
    """Words for one turn: each burst of sound in it reveals the next part."""

    parts: tuple[str, ...]
    end_ms: int
    """Silence after which the turn is over."""
    noisy: bool = False
    """Nova: background noise keeps `speech_final` from coming, only `UtteranceEnd` does."""


@dataclass
class Faults:
    """What goes wrong; each happens once, then the field is cleared."""

    refuse: int | None = None
    """HTTP status of the next handshake."""
    disconnect_after_ms: int | None = None
    """Audio after which the listening connection is cut without a close frame."""
    stall_after_ms: int | None = None
    """Audio after which the listening connection stays open and says nothing more."""
    fatal_after_ms: int | None = None
    """Audio after which Flux sends `Error` and closes."""
    mute: bool = False
    """The voice answers the next flush with nothing at all."""
    deaf: bool = False
    """The voice does not take in the next `Clear`."""
    cut_after_chunks: int | None = None
    """Chunks of audio after which the speaking connection is cut without a close frame."""
    garbage: bool = False
    """Every listening connection mixes in messages nobody can make sense of; stays set."""


@dataclass(frozen=True)
class Handshake:
    """A connection as it was asked for."""

    path: str
    query: dict[str, list[str]]


@dataclass
class Script:
    """Everything a test or a benchmark sets, and everything it may look at afterwards."""

    key: str = "test-key"
    start_ms: int = 80
    """Sound after which a turn starts."""
    eager_ms: int = 120
    """Silence after which a turn has likely ended."""
    end_ms: int = 300
    """Silence after which a turn has ended, unless its utterance says otherwise."""
    event_delay_ms: int = 0
    """Added before every listening message."""
    first_audio_ms: int = 0
    """From `Flush` to the first audio."""
    speed: float = 20.0
    """How much faster than real time audio is made."""
    listen_idle_s: float = 10.0
    """Without audio or `KeepAlive` for this long, v1 listen closes with NET-0001."""
    flushes_per_minute: int = 20
    repeat: tuple[Utterance, ...] = ()
    """What every connection hears again and again once nothing else is to be heard."""
    faults: Faults = field(default_factory=Faults)
    hearing: "type[FluxHearing] | None" = None
    """How Flux hears, if not by this script."""

    handshakes: list[Handshake] = field(default_factory=list[Handshake])
    texts: list[str] = field(default_factory=list[str])
    """What was to be spoken, one entry per accepted flush."""
    received: Counter[str] = field(default_factory=Counter[str])
    """Client messages by type."""
    listened_ms: int = 0
    """Audio received by all listening connections."""
    largest_piece_ms: int = 0
    _utterances: deque[Utterance] = field(default_factory=deque[Utterance])

    def hear(self, *parts: str, end_ms: int | None = None, noisy: bool = False) -> None:
        """Have the next sound mean these words; sound without any means no words."""
        self._utterances.append(Utterance(parts, end_ms or self.end_ms, noisy))

    def hear_again_and_again(self, texts: Sequence[str]) -> None:
        """Have every connection hear these in a circle."""
        self.repeat = tuple(Utterance((text,), self.end_ms) for text in texts)

    def next_utterance(self, turn: int) -> Utterance | None:
        """Return what the sound that begins now means."""
        if self._utterances:
            return self._utterances.popleft()
        return self.repeat[turn % len(self.repeat)] if self.repeat else None


@lru_cache(maxsize=16)
def spoken(text: str, sample_rate: int) -> bytes:
    """Return the waveform the voice makes of a text: a pulsing tone, its own for each text."""
    count = sample_rate * MS_PER_CHARACTER * len(text) // 1000
    seconds = np.arange(count) / sample_rate
    pitch = _PITCHES[sum(text.encode()) % len(_PITCHES)]
    pulse = 0.6 + 0.4 * np.sin(2 * np.pi * 4 * seconds)
    wave = 8_000 * pulse * np.sin(2 * np.pi * pitch * seconds)
    return wave.astype("<i2").tobytes()
