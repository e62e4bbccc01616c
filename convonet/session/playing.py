"""What the caller has heard by now, by their page's word or by the clock."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from convonet.media.playout import Playout

_TRUST_S = 1.5
"""A page that has reported no progress for longer is no longer believed, but the clock is."""


@dataclass(frozen=True)
class _Report:
    turn_id: str
    ms: int
    at: float
    """When it was first reported, monotonic seconds."""


class PlayHead:
    """Follows one playout as the caller hears it. Clocks are monotonic seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._anchor_s = 0.0
        self._anchor_ms = 0
        self._report: _Report | None = None

    def start(self, sent_ms: int) -> None:
        """Sound begins, or begins again, with what comes after the first `sent_ms`."""
        self._anchor_s = self._clock()
        self._anchor_ms = sent_ms
        self._report = None

    def report(self, turn_id: str, ms: int) -> None:
        """Take the page's word for how much of a turn it has played."""
        last = self._report
        if last is None or last.turn_id != turn_id or last.ms != ms:
            self._report = _Report(turn_id, ms, self._clock())

    def ran_dry(self, playout: Playout) -> bool:
        """Tell whether all that was sent must have been played: the next chunk starts anew."""
        return self._by_clock(playout.sent_ms) >= playout.sent_ms

    def played_ms(self, playout: Playout) -> int:
        """Return how much of a playout was heard, ms; never more than was sent.

        A page that still makes progress is believed however late it is: after a lost connection
        it plays what was kept for it later than the clock says.
        """
        report = self._report
        if report is not None and report.turn_id == playout.turn_id:
            age_s = self._clock() - report.at
            if age_s < _TRUST_S:
                return min(playout.sent_ms, report.ms + int(age_s * 1_000))
        return self._by_clock(playout.sent_ms)

    def ahead_ms(self, sent_ms: int) -> int:
        """Return by how much sending is ahead of playing, by the clock."""
        return sent_ms - self._by_clock(sent_ms)

    def _by_clock(self, sent_ms: int) -> int:
        return min(sent_ms, self._unbounded())

    def _unbounded(self) -> int:
        return self._anchor_ms + int((self._clock() - self._anchor_s) * 1_000)
