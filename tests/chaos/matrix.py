"""Runs the cells of the matrix on one stage, each a call of its own."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError
from temporalio.service import RPCError

from convonet.errors import ConvonetError
from tests.chaos.addresses import spares, until_ready, until_spared
from tests.chaos.calling import Record, hold
from tests.chaos.cells import Harm, Mode, Moment, Victim
from tests.chaos.harming import Blow, Cell
from tests.chaos.hearing import Key, Wait
from tests.chaos.judging import Verdict, before, judge
from tests.chaos.stages import Stage

BROKEN = (ConvonetError, SQLAlchemyError, RPCError, OSError, TimeoutError, AssertionError)
"""How a case can fail before it can be judged; the others are still worth holding."""

_INAUDIBLE_S = 0.05
_UNHARMED_CALLS = 3


@dataclass
class Result:
    """One cell: what the harm did to the call."""

    mode: Mode
    harm: Harm
    moment: Moment
    verdict: Verdict
    pause_s: float = 0.0
    """By how much the assistant's next words came later than without harm."""
    silence_s: float = 0.0
    """The longest silence in it, what is silent without harm taken out."""
    back_s: float = 0.0
    """From the harm until the part was back."""
    took_s: float = 0.0
    """The whole case, until everything was as before."""

    @property
    def allowed_s(self) -> float:
        return self.harm.limit_s + (self.back_s if self.harm.from_back else 0.0)

    @property
    def good(self) -> bool:
        clean = not self.verdict.faults and not self.verdict.stuck
        return clean and self.silence_s <= self.allowed_s


@dataclass
class Baseline:
    """How long the same script is silent without harm, by sentence."""

    waits: dict[Key, Wait] = field(default_factory=dict[Key, Wait])

    def learn(self, waits: dict[Key, Wait]) -> None:
        for key, wait in waits.items():
            if key not in self.waits or wait.content > self.waits[key].content:
                self.waits[key] = wait

    def excess(self, waits: dict[Key, Wait], since: float) -> tuple[float, float]:
        """Return pause and silence beyond it, from the moment `since` on."""
        pause = silence = 0.0
        for key, wait in waits.items():
            usual = self.waits.get(key, Wait(0.0, 0.0, 0.0, 0.0))
            if wait.at > since:
                # What was slow before the harm is none of it.
                pause = max(pause, min(wait.content - usual.content, wait.at - since))
                silence = max(silence, min(wait.silence - usual.silence, wait.at - since))
            pause = max(pause, wait.broke_off - usual.broke_off)
            silence = max(silence, wait.broke_off - usual.broke_off)
        return _audible(pause), _audible(silence)


def _audible(seconds: float) -> float:
    return round(seconds, 2) if seconds > _INAUDIBLE_S else 0.0


async def baseline(stage: Stage, show: Callable[[Verdict, Record | None], None]) -> Baseline:
    """Hold the call without harm; the first one only warms everything up."""
    usual = Baseline()
    with suppress(TimeoutError):
        await until_spared(stage.ground)
    for number in range(_UNHARMED_CALLS):
        try:
            earlier = await before(stage)
            record = await hold(stage, _nothing)
            verdict = await judge(stage, record, earlier)
        except BROKEN as error:
            show(Verdict(stuck=f"the end of the call: {type(error).__name__} {error}"), None)
            continue
        show(verdict, record)
        if number:
            usual.learn(verdict.waits)
    return usual


async def _nothing(moment: Moment, call_id: str) -> None:
    del moment, call_id


class Watcher(Protocol):
    """Whoever is told how it goes."""

    def tell(self, doing: str) -> None:
        """Take what is being done."""
        ...

    def add(self, result: Result, record: Record | None) -> None:
        """Take one more case; without a record when it could not even be judged."""
        ...


async def run(stage: Stage, usual: Baseline, cells: Sequence[Cell], watcher: Watcher) -> None:
    """Run the cells one after the other."""
    for cell in cells:
        watcher.tell(f"{stage.mode.value}: {cell.harm.name}, {cell.moment.value}")
        blow = cell.blow(stage, cell.harm, cell.moment)
        try:
            watcher.add(*await run_one(stage, usual, blow))
        except BROKEN as error:
            what = f"the end of the case: {type(error).__name__} {error}"
            watcher.add(Result(stage.mode, cell.harm, cell.moment, Verdict(stuck=what)), None)


async def _recover(stage: Stage, blow: Blow) -> None:
    """Let everything be as it was before the harm: a second one is another story."""
    spared = None
    if blow.harm.name == Victim.SUPERVISOR:
        spared = spares(stage.ground)
        await asyncio.to_thread(stage.ground.instance.up)
    await until_ready(stage.ground)
    with suppress(TimeoutError):  # Then the next death costs a start, and is judged as it is.
        await until_spared(stage.ground, spared)


async def run_one(stage: Stage, usual: Baseline, blow: Blow) -> tuple[Result, Record]:
    """Hold one call, harmed, and judge it."""
    began = time.monotonic()
    earlier = await before(stage)
    record = await hold(stage, blow.strike)
    await blow.over()
    await _recover(stage, blow)
    verdict = await judge(stage, record, earlier)
    result = Result(stage.mode, blow.harm, blow.moment, verdict)
    result.pause_s, result.silence_s = usual.excess(verdict.waits, blow.at)
    result.back_s = round(max(0.0, blow.back - blow.at), 2)
    if not blow.at:
        verdict.stuck = verdict.stuck or "its moment did not come"
    result.took_s = round(time.monotonic() - began, 1)
    return result, record
