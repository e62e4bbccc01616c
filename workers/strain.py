"""How many calls a voice worker has room for: counted on at first, then by how it copes."""

import asyncio
import os
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Final

from convonet.settings import Settings

CALLS_PER_CORE: Final = 5.0
"""A call costs 0.18 core of everything there is, speech done by a provider; docs/decisions/0017."""

CALLS_PER_CORE_OFFLINE: Final = 3.0
"""For speech done on these cores: recognition takes 0.4 of one, while somebody speaks."""

LATE_S: Final = 0.2
"""A loop this late has eaten half of what sound is sent ahead."""

_SECONDS: Final = 5
_BAD_SECONDS: Final = 3
_STEP_S: Final = 0.05
_BOOT: Final = Path("/proc/sys/kernel/random/boot_id")
_QUOTA: Final = Path("/sys/fs/cgroup/cpu.max")


class Room:
    """How many calls there is room for: shrinks at once under strain, grows back slowly.

    Three bad seconds of the last five: no more calls than there are now. Five good ones: one call
    more with every further second. In between it stays, so that it does not flap.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._seconds: deque[bool] = deque(maxlen=_SECONDS)
        self.calls = most
        """That many; at least one, or nobody could call a machine that others keep busy."""

    @property
    def strained(self) -> bool:
        """Whether those who are already talking are about to suffer."""
        return sum(self._seconds) >= _BAD_SECONDS

    def passed(self, *, bad: bool, calls: int) -> None:
        """Take note of a second, and of how many calls there are at its end."""
        self._seconds.append(bad)
        if self.strained:
            self.calls = max(1, min(self.calls, calls))
        elif len(self._seconds) == _SECONDS and not any(self._seconds):
            self.calls = min(self._most, self.calls + 1)


class Strain:
    """Watches one process; `late` is to be called for sound that came too late."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._late = 0

    def late(self) -> None:
        """A caller has heard a hole in a sentence."""
        self._late += 1

    async def second_is_bad(self) -> bool:
        """Watch for a second; tell whether calls suffered in it, or nearly.

        The loop was late, or a sentence had a hole. How busy the cores are is not asked: what else
        runs on them may well give way to calls.
        """
        self._late = 0
        worst_s, until = 0.0, self._clock() + 1.0
        while (now := self._clock()) < until:
            await asyncio.sleep(_STEP_S)
            worst_s = max(worst_s, self._clock() - now - _STEP_S)
        return worst_s >= LATE_S or self._late > 0


def counted_on(settings: Settings) -> int:
    """Return how many calls a worker on these cores may expect to carry."""
    per_core = settings.convonet_calls_per_core
    if per_core is None:
        offline = settings.deepgram_api_key is None
        per_core = CALLS_PER_CORE_OFFLINE if offline else CALLS_PER_CORE
    return max(1, int(cores() * per_core))


def cores() -> float:
    """Return how many cores this process may use."""
    allowed = float(len(os.sched_getaffinity(0)))
    return min(allowed, _quota() or allowed)


def machine() -> str:
    """Return the same name in all processes that share their cores with this one."""
    if _quota() is None and _BOOT.exists():
        return _BOOT.read_text(encoding="ascii").strip()
    return f"{os.uname().nodename}-{os.getpid()}"


def _quota() -> float | None:
    # A container may be held to a share of the machine; then that is all its own.
    try:
        share, period = _QUOTA.read_text(encoding="ascii").split()
        return int(share) / int(period)
    except (OSError, ValueError):
        return None
