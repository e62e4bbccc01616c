"""Token buckets: how much of something a client may send, in bursts and over time."""

import time
from collections.abc import Callable
from typing import Final

from api.voice.endings import Refusal

_TEXTS_PER_S: Final = 200.0
_FRAMES_PER_S: Final = 200.0
_TURNS_PER_S: Final = 2.0
"""Each costs history, of which there is only so much."""


class Allowance:
    """`burst` at once, then `rate` a second."""

    def __init__(
        self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._left = burst
        self._at = clock()

    def take(self, amount: float = 1.0) -> bool:
        """Take from the bucket; False, and nothing taken, when it holds less."""
        now = self._clock()
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < amount:
            return False
        self._left -= amount
        return True


class Allowances:
    """What one connection may send."""

    def __init__(self) -> None:
        self._texts = Allowance(_TEXTS_PER_S, 400)
        self._frames = Allowance(_FRAMES_PER_S, 2_000)
        self._turns = Allowance(_TURNS_PER_S, 20)
        self._offences = Allowance(2, 100)

    def text(self) -> None:
        """Take a text message's share, or raise `Refusal`."""
        _take(self._texts, _TEXTS_PER_S, "messages")

    def frame(self) -> None:
        """Take a binary frame's share, or raise `Refusal`."""
        _take(self._frames, _FRAMES_PER_S, "frames")

    def turn(self) -> None:
        """Take a turn's share, or raise `Refusal`."""
        _take(self._turns, _TURNS_PER_S, "turns")

    def offence(self) -> bool:
        """Whether another mistake is still borne with."""
        return self._offences.take()


def _take(bucket: Allowance, rate: float, what: str) -> None:
    if not bucket.take():
        raise Refusal("too_many_messages", f"at most {rate:.0f} {what} a second")
