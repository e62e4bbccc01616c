"""Calls that come and go while every part is killed at random: nothing may be lost or stay."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from benchmarks import machine
from benchmarks.soak import effects, killing, looking
from benchmarks.soak.looking import Looker
from benchmarks.soak.place import Place, open_place
from benchmarks.soak.results import Call, Mixed
from benchmarks.soak.talker import Manner, Talker, call
from convonet.errors import ConvonetError
from tests.chaos.addresses import until_ready, until_spared
from tests.chaos.judging import Verdict, judge_talk

CALLS: Final = 6
"""At once; 60 % of the ten that two cores take."""

_LENGTH_S: Final = (20.0, 160.0)
_MANNER: Final = Manner(pause_s=(0.5, 4.0))
_CALL_AGAIN_S: Final = 1.0
_PATIENCE_S: Final = 60.0
_JUDGE_WITHIN_S: Final = 180.0
_SETTLE_S: Final = 10.0
_END_S: Final = 120.0
_SHOW_S: Final = 30.0

Say = Callable[[str], None]
Keep = Callable[[Mixed], None]


@dataclass(frozen=True)
class Asked:
    """What is to be done."""

    folder: Path
    minutes: float
    seed: int
    calls: int
    """At once, in the mean."""


@dataclass
class _Traffic:
    place: Place
    asked: Asked
    result: Mixed
    began: float = field(default_factory=time.monotonic)
    under_way: int = 0

    @property
    def elapsed_s(self) -> float:
        return time.monotonic() - self.began

    @property
    def _left_s(self) -> float:
        return max(0.0, self.asked.minutes * 60 - self.elapsed_s)

    async def run(self) -> None:
        """Have calls come at random until the time is over; return when all have ended."""
        random = self.place.random
        per_s = self.asked.calls / (sum(_LENGTH_S) / 2)
        async with asyncio.TaskGroup() as calls:
            for _ in range(self.asked.calls):
                calls.create_task(self._call(random.uniform(*_LENGTH_S) / 2))
            while (pause_s := random.expovariate(per_s)) < self._left_s:
                await asyncio.sleep(pause_s)
                calls.create_task(self._call(random.uniform(*_LENGTH_S)))
            await asyncio.sleep(self._left_s)

    async def _call(self, seconds: float) -> None:
        deadline = time.monotonic() + _PATIENCE_S
        self.under_way += 1
        try:
            while not await self._try_to_call(seconds):
                self.result.refused += 1
                if time.monotonic() > deadline:
                    raise TimeoutError("nobody takes calls any more")
                await asyncio.sleep(_CALL_AGAIN_S)
        finally:
            self.under_way -= 1

    async def _try_to_call(self, seconds: float) -> bool:
        began_s = self.elapsed_s
        try:
            async with call(self.place, _MANNER) as talker:
                await _talk(talker, seconds)
        except ConvonetError:
            return False
        lasted_s = self.elapsed_s - began_s
        self.result.calls.append(await _judged(self.place, talker, began_s, lasted_s))
        return True

    async def show(self, say: Say, keep: Keep) -> None:
        """Tell how it goes, for ever."""
        while True:
            await asyncio.sleep(_SHOW_S)
            keep(self.result)
            bad = sum(bool(one.faults or one.stuck) for one in self.result.calls)
            say(
                f"{self.elapsed_s / 60:5.1f} min, {self.under_way} calls under way, "
                f"{len(self.result.calls)} over, {bad} of them not as they should be; "
                f"{len(self.result.kills)} times killed"
            )


async def _talk(talker: Talker, seconds: float) -> None:
    until, interrupts = time.monotonic() + seconds, False
    try:
        while interrupts or time.monotonic() < until:
            if not interrupts:
                await talker.pause()
            interrupts = await talker.turn()
    except AssertionError as error:
        talker.record.stuck = str(error)


async def _judged(place: Place, talker: Talker, began_s: float, lasted_s: float) -> Call:
    verdict = await _verdict(place, talker)
    record = talker.record
    waits = verdict.waits.values()
    found = Call(
        call_id=record.line.call_id,
        began_s=round(began_s, 1),
        lasted_s=round(lasted_s, 1),
        utterances=len(record.said),
        lost_connections=record.line.lost,
        faults=verdict.faults,
        stuck=verdict.stuck,
        details=verdict.details,
        silences_s=[round(max(wait.silence, wait.broke_off), 3) for wait in waits],
    )
    talker.forget()
    return found


async def _verdict(place: Place, talker: Talker) -> Verdict:
    """Judge a call; wait for a database that is away just now."""
    deadline = time.monotonic() + _JUDGE_WITHIN_S
    while True:
        try:
            return await judge_talk(place, talker.record)
        except TimeoutError:
            return Verdict(stuck="the record of all its turns")
        except (SQLAlchemyError, OSError):
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(1)


async def run(asked: Asked, say: Say, keep: Keep) -> Mixed:
    """Hold the calls and kill; `keep` is given what is known so far, again and again."""
    result = Mixed(
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        commit=machine.commit(),
        machine=machine.machine(),
        minutes=asked.minutes,
        seed=asked.seed,
        calls_at_once=asked.calls,
    )
    async with open_place(asked.folder, asked.seed, {}) as place:
        await _warm_up(place)
        async with Looker(place) as looker:
            registers = set(await looker.orphaned())
        result.memory_before_mb = await _memory(place)
        traffic = _Traffic(place, asked, result)
        beside = [
            asyncio.create_task(traffic.show(say, keep), name="show"),
            asyncio.create_task(
                killing.kill(place, asked.seed, result.kills, traffic.began), name="kill"
            ),
        ]
        try:
            await traffic.run()
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
        await _look_back(place, result, registers)
    result.left["processes"] = len(place.ground.instance.leftovers)
    result.finished = True
    keep(result)
    return result


async def _warm_up(place: Place) -> None:
    # Spares load behind everything else: where others are busy too it goes without them.
    with suppress(TimeoutError):
        await until_spared(place.ground)
    async with call(place, _MANNER) as talker:
        await talker.turn()


async def _look_back(place: Place, result: Mixed, registers: set[str]) -> None:
    """Look at what is there when everything is over; `registers` are keys that are to stay."""
    await asyncio.to_thread(place.ground.instance.up)
    await until_ready(place.ground)
    made = await effects.judged(place)
    result.effects = {"asked": made.asked, "lost": made.lost, "doubled": made.doubled}
    async with Looker(place) as looker:
        # A call that was begun just when the API died ends when nobody has come back to it.
        async with asyncio.timeout(_END_S):
            while running := await looker.running():  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(1)
        result.left_keys = sorted(set(await looker.orphaned()) - registers)
        result.left = {"workflows": len(running), "keys": len(result.left_keys)}
    result.memory_after_mb = await _memory(place)


async def _memory(place: Place) -> dict[str, float]:
    await asyncio.sleep(_SETTLE_S)
    held = await asyncio.to_thread(looking.memory, place)
    return {name: anonymous for name, (_, anonymous) in held.items()}
