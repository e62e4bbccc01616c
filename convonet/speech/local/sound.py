"""The last of a call's sound, addressed by how much was fed."""

import numpy as np
from numpy.typing import NDArray

from convonet.speech.ports import INPUT_RATE

_PER_MS = INPUT_RATE // 1000
_SAMPLE_BYTES = 2
_FULL_SCALE = 32_768.0

Samples = NDArray[np.float32]


class Sound:
    """Caller audio as it comes; the past is kept until it is forgotten."""

    def __init__(self) -> None:
        self._pcm = bytearray()
        self._first = 0
        self._taken = 0

    def append(self, pcm: bytes) -> None:
        """Add 16-bit audio of any length, even half samples."""
        self._pcm += pcm

    @property
    def waiting(self) -> int:
        """How many samples nobody has taken yet."""
        return self._first + len(self._pcm) // _SAMPLE_BYTES - self._taken

    def take(self, samples: int) -> Samples:
        """Return the next samples, in order; there must be so many `waiting`."""
        begin = self._taken
        self._taken += samples
        return self._between(begin, self._taken)

    def between(self, from_ms: int, to_ms: int) -> Samples:
        """Return a stretch of the sound, -1 to 1, as far as it is there and not forgotten."""
        return self._between(max(from_ms * _PER_MS, self._first), to_ms * _PER_MS)

    def forget_before(self, ms: int) -> None:
        """Let go of what was before, but never of what nobody has taken."""
        first = min(ms * _PER_MS, self._taken)
        if first > self._first:
            del self._pcm[: (first - self._first) * _SAMPLE_BYTES]
            self._first = first

    def _between(self, begin: int, end: int) -> Samples:
        offset = (begin - self._first) * _SAMPLE_BYTES
        upto = min((end - self._first) * _SAMPLE_BYTES, len(self._pcm) // 2 * 2)
        piece = bytes(self._pcm[offset : max(upto, offset)])
        return np.frombuffer(piece, dtype="<i2").astype(np.float32) / _FULL_SCALE
