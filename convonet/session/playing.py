"""What the caller has heard by now, by their page's word or by the clock."""

import time

from convonet.media.playout import Playout

_TRUST_MS = 1_500
"""How far a page's word may lag behind the clock before the clock is believed."""


class PlayHead:
    """Follows one playout as the caller hears it. Clocks are monotonic seconds."""

    def __init__(self) -> None:
        self._anchor_s = 0.0
        self._anchor_ms = 0
        self._report: tuple[str, int, float] | None = None

    def start(self, sent_ms: int) -> None:
        """Sound begins, or begins again, with what comes after the first `sent_ms`."""
        self._anchor_s = time.monotonic()
        self._anchor_ms = sent_ms

    def report(self, turn_id: str, ms: int) -> None:
        """Take the page's word for how much of a turn it has played."""
        self._report = (turn_id, ms, time.monotonic())

    def ran_dry(self, playout: Playout) -> bool:
        """Tell whether all that was sent must have been played: the next chunk starts anew."""
        return self._by_clock(playout.sent_ms) >= playout.sent_ms

    def played_ms(self, playout: Playout) -> int:
        """Return how much of a playout was heard, ms; never more than was sent."""
        clock = self._by_clock(playout.sent_ms)
        if self._report is None or self._report[0] != playout.turn_id:
            return clock
        _, ms, at = self._report
        reported = min(playout.sent_ms, ms + int((time.monotonic() - at) * 1_000))
        overdue = self._unbounded() - playout.sent_ms
        return clock if overdue > _TRUST_MS else min(reported, playout.sent_ms)

    def ahead_ms(self, sent_ms: int) -> int:
        """Return by how much sending is ahead of playing, by the clock."""
        return sent_ms - self._by_clock(sent_ms)

    def _by_clock(self, sent_ms: int) -> int:
        return min(sent_ms, self._unbounded())

    def _unbounded(self) -> int:
        return self._anchor_ms + int((time.monotonic() - self._anchor_s) * 1_000)
