"""Where we are in a call's audio: as fed by the caller, and as sent to Deepgram."""

from bisect import bisect_left, bisect_right
from typing import NamedTuple

import numpy as np

from convonet.speech.ports import INPUT_RATE

BYTES_PER_MS = INPUT_RATE * 2 // 1000

_VOICED_RMS = 300.0
"""Root mean square of 16-bit samples above which sound may be a voice: about -41 dBFS."""
_VOICED_POWER = _VOICED_RMS**2
_FRAME_SAMPLES = INPUT_RATE // 50


class _Gap(NamedTuple):
    fed: int
    """Bytes fed when the caller's audio stopped coming."""
    filled: int
    """Bytes of silence sent in all gaps up to and with this one."""


class AudioClock:
    """Counts a call's audio.

    Silence is sent where the caller's audio stops coming, so Deepgram's positions run ahead of the
    caller's; `fed_at` maps them back.
    """

    def __init__(self) -> None:
        self._fed = 0
        self._voiced = 0
        self._last_voiced = 0
        self._gaps: list[_Gap] = []

    @property
    def fed_ms(self) -> int:
        """How much the caller's side has given."""
        return self._fed // BYTES_PER_MS

    @property
    def voiced_ms(self) -> int:
        """How much of the audio fed may be a voice, by its energy."""
        return self._voiced // BYTES_PER_MS

    @property
    def last_voiced_ms(self) -> int:
        """Where in the audio fed the last sound loud enough for a voice ended."""
        return self._last_voiced // BYTES_PER_MS

    def feed(self, pcm: bytes) -> None:
        """Count audio from the caller: whole 16-bit samples."""
        for end, size in _voiced_frames(pcm):
            self._voiced += size
            self._last_voiced = self._fed + end
        self._fed += len(pcm)

    def fill(self, pcm: bytes) -> None:
        """Count silence sent in the place of audio that did not come."""
        filled = self._filled(len(self._gaps)) + len(pcm)
        if self._gaps and self._gaps[-1].fed == self._fed:
            self._gaps.pop()
        self._gaps.append(_Gap(self._fed, filled))

    def fed_at(self, sent_ms: int) -> int:
        """Return the position in the audio fed, in ms, of a position in the audio sent."""
        position = sent_ms * BYTES_PER_MS
        before = bisect_right(range(len(self._gaps)), position, key=self._sent_at_gap)
        fed = position - self._filled(before)
        if before:
            fed = max(fed, self._gaps[before - 1].fed)
        return min(fed, self._fed) // BYTES_PER_MS

    def since(self, fed_ms: int) -> int:
        """Return how much was sent, in ms, silence included, after a position in the audio fed."""
        position = fed_ms * BYTES_PER_MS
        before = bisect_left(range(len(self._gaps)), position, key=lambda gap: self._gaps[gap].fed)
        filled_after = self._filled(len(self._gaps)) - self._filled(before)
        return (self._fed - position + filled_after) // BYTES_PER_MS

    def _filled(self, gaps: int) -> int:
        return self._gaps[gaps - 1].filled if gaps else 0

    def _sent_at_gap(self, gap: int) -> int:
        return self._gaps[gap].fed + self._filled(gap)


def silence(ms: int) -> bytes:
    """Return that much digital silence at `INPUT_RATE`."""
    return bytes(ms * BYTES_PER_MS)


def _voiced_frames(pcm: bytes) -> list[tuple[int, int]]:
    """Return end and size, in bytes, of each 20 ms that may be a voice."""
    samples = np.frombuffer(pcm, dtype="<i2").astype(np.float32)
    frames: list[tuple[int, int]] = []
    # Mostly there is one: cheaper looked at by itself than as a row of a table.
    for start in range(0, len(samples), _FRAME_SAMPLES):
        frame = samples[start : start + _FRAME_SAMPLES]
        if np.dot(frame, frame) > _VOICED_POWER * len(frame):
            frames.append((2 * (start + len(frame)), 2 * len(frame)))
    return frames
