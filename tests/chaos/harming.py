"""Does the harm at its moment, and watches when the part is back."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.calls.placing import Ground
from tests.chaos.addresses import answers, times_ready
from tests.chaos.cells import Harm, Moment, Victim

_LOGGED = (Victim.VOICE, Victim.CONVERSATION)


@dataclass
class Blow:
    """Harm done once, at a moment of a call. Times are monotonic seconds, 0 for not yet."""

    ground: Ground
    harm: Harm
    moment: Moment
    do: Callable[[], Awaitable[None]]
    at: float = 0.0
    back: float = 0.0
    _watching: asyncio.Task[None] | None = None

    async def strike(self, moment: Moment) -> None:
        """Do it, if this is its moment and it was not done before."""
        if moment is not self.moment or self.at:
            return
        ready = times_ready(self.ground, self.harm.part) if self.harm.part in _LOGGED else 0
        self.at = time.monotonic()
        await self.do()
        self._watching = asyncio.create_task(self._watch(ready))

    async def over(self) -> None:
        """Wait until the part is back."""
        if self._watching is not None:
            await asyncio.wait_for(self._watching, 90)

    async def _watch(self, ready: int) -> None:
        part = self.harm.part
        while True:
            if part in _LOGGED:
                there = times_ready(self.ground, part) > ready
            else:
                there = await answers(self.ground, part)
            if there:
                self.back = time.monotonic()
                return
            await asyncio.sleep(0.02)


def death(ground: Ground, harm: Harm, moment: Moment) -> Blow:
    """Return `kill -9` of the part."""

    async def kill() -> None:
        ground.instance.kill(harm.part.value)

    return Blow(ground, harm, moment, kill)
