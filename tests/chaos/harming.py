"""Does the harm at its moment, and watches when the part is back."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.calls.placing import Ground
from tests.chaos.addresses import answers, times_ready
from tests.chaos.cells import Harm, Moment, Victim, death
from tests.chaos.stages import Stage

_LOGGED = (Victim.VOICE, Victim.CONVERSATION)


@dataclass
class Blow:
    """Harm done once, at a moment of a call. Times are monotonic seconds, 0 for not yet."""

    ground: Ground
    harm: Harm
    moment: Moment
    do: Callable[[str], Awaitable[None]]
    """Does it to the call of this id."""
    undo: Callable[[], Awaitable[None]] | None = None
    """Takes it back after `harm.lasts_s`; without it the part comes back by itself."""
    at: float = 0.0
    back: float = 0.0
    _watching: asyncio.Task[None] | None = None

    async def strike(self, moment: Moment, call_id: str) -> None:
        """Do it, if this is its moment and it was not done before."""
        if moment is not self.moment or self.at:
            return
        ready = times_ready(self.ground, self.harm.part) if self.harm.part in _LOGGED else 0
        self.at = time.monotonic()
        await self.do(call_id)
        watch = self._watch(ready) if self.undo is None else self._end(self.undo)
        self._watching = asyncio.create_task(watch)

    async def over(self) -> None:
        """Wait until the part is back."""
        if self._watching is not None:
            await asyncio.wait_for(self._watching, 90)

    async def _end(self, undo: Callable[[], Awaitable[None]]) -> None:
        await asyncio.sleep(self.harm.lasts_s)
        await undo()
        self.back = time.monotonic()

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


@dataclass(frozen=True)
class Cell:
    """One case: a harm, its moment, and how it is done on a stage."""

    harm: Harm
    moment: Moment
    blow: Callable[[Stage, Harm, Moment], Blow]


def kill(stage: Stage, harm: Harm, moment: Moment) -> Blow:
    """Return `kill -9` of the part."""

    async def do(call_id: str) -> None:
        del call_id
        stage.ground.instance.kill(harm.part.value)

    return Blow(stage.ground, harm, moment, do)


def deaths() -> list[Cell]:
    """Return the matrix: every part, at every moment."""
    # Parts take turns, so that none of them dies twice within a minute: then the supervisor
    # restarts it at once, as it would a process that rarely dies.
    return [Cell(death(victim), moment, kill) for moment in Moment for victim in Victim]
