"""Words as sound that can be understood again: a tone for each, so that the sound itself tells.

What the caller says is heard only from the audio that really arrived: a hole in it loses a word,
and what is heard a second time is understood a second time.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

RATE: Final = 16_000
KINDS: Final = ("ask", "tell", "add", "book")
DIGITS: Final = ("alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel")
_WORDS: Final = (*KINDS, *DIGITS)
_WORD_MS: Final = 240
_GAP_MS: Final = 60
_FRAME: Final = RATE // 100
"""Samples of 10 ms: the tones are multiples of 100 Hz, whole waves fit."""

_LOWEST, _APART = 4, 2
"""In units of 100 Hz."""

_LOUD: Final = 300.0
_SURE: Final = 6
"""Frames of one tone that make a word."""

_OVER: Final = 3
"""Frames without a tone that end it."""


def speech(words: Sequence[str]) -> bytes:
    """Return words as sound: 16 kHz, mono, 16-bit."""
    seconds = np.arange(RATE * _WORD_MS // 1_000) / RATE
    gap = np.zeros(RATE * _GAP_MS // 1_000)
    parts: list[np.ndarray] = []
    for word in words:
        hertz = 100 * (_LOWEST + _APART * _WORDS.index(word))
        parts += [8_000 * np.sin(2 * np.pi * hertz * seconds), gap]
    return np.concatenate(parts).astype("<i2").tobytes()


class Tones:
    """Understands the words of one stream of sound, 16 kHz, mono, 16-bit."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self._rest = b""
        self._word: str | None = None
        self._frames = self._silent = 0

    def feed(self, pcm: bytes) -> None:
        """Listen on."""
        for word in self._tones(pcm):
            self._take(word)

    def _tones(self, pcm: bytes) -> Iterator[str | None]:
        self._rest += pcm
        whole = len(self._rest) // (2 * _FRAME) * 2 * _FRAME
        frames = np.frombuffer(self._rest[:whole], dtype="<i2").reshape(-1, _FRAME)
        self._rest = self._rest[whole:]
        for frame in frames:
            samples = frame.astype(np.float32)
            yield _tone(samples) if samples @ samples > _LOUD**2 * _FRAME else None

    def _take(self, word: str | None) -> None:
        if word is None:
            self._silent += 1
            if self._silent == _OVER:
                self._word = None
            return
        self._silent = 0
        self._frames = self._frames + 1 if word == self._word else 1
        self._word = word
        if self._frames == _SURE:
            self.words.append(word)


def _tone(samples: np.ndarray) -> str | None:
    number, off = divmod(int(np.argmax(np.abs(np.fft.rfft(samples)))) - _LOWEST, _APART)
    return None if off or not 0 <= number < len(_WORDS) else _WORDS[number]
