"""`kill -9` of every part, at moments that a seed decides."""

import asyncio
import time
from datetime import UTC, datetime
from random import Random
from typing import Final

from benchmarks.soak.place import Place
from benchmarks.soak.results import BACK_S, Kill
from tests.chaos.addresses import SAYS_READY, answers
from tests.chaos.cells import Victim

_APART_S: Final = (15.0, 45.0)
_TWO: Final = 0.15
"""The share of moments at which two parts die at once."""

_POLL_S: Final = 0.1
_WORKERS: Final = (Victim.VOICE, Victim.CONVERSATION)


async def kill(place: Place, seed: int, kills: list[Kill], began: float) -> None:
    """Kill until cancelled, noting each; `began` is when seconds begin to count, monotonic."""
    random = Random(f"kills {seed}")  # noqa: S311 - to be repeated
    while True:
        await asyncio.sleep(random.uniform(*_APART_S))
        victims = random.sample(list(Victim), 2 if random.random() < _TWO else 1)
        noted = Kill(
            at_s=round(time.monotonic() - began, 1),
            parts=[victim.value for victim in victims],
            back_s=0.0,
        )
        kills.append(noted)
        backs = await asyncio.gather(*(_kill(place, victim) for victim in victims))
        noted.back_s = round(max(backs) if min(backs) >= 0 else -1.0, 2)


async def _kill(place: Place, victim: Victim) -> float:
    """Kill a part; return after how many seconds it was back, -1 when it was not there."""
    at, wall = time.monotonic(), datetime.now(UTC)
    try:
        place.ground.instance.kill(victim.value)
    except ProcessLookupError:
        return -1.0
    if victim is Victim.SUPERVISOR:
        await asyncio.to_thread(place.ground.instance.up)
    while time.monotonic() < at + BACK_S and not await _back(place, victim, wall):  # noqa: ASYNC110
        await asyncio.sleep(_POLL_S)
    return time.monotonic() - at


async def _back(place: Place, victim: Victim, since: datetime) -> bool:
    if victim not in _WORKERS:
        return await answers(place.ground, victim)
    return await asyncio.to_thread(_ready_since, place, victim, since)


def _ready_since(place: Place, victim: Victim, since: datetime) -> bool:
    # A new supervisor begins new logs: what counts is the time of the line, not how many there are.
    logs = (place.ground.instance.home / "logs").glob(f"{victim.value}.log*")
    lines = [line for log in logs for line in log.read_text(errors="replace").splitlines()]
    ready = [line.split()[0] for line in lines if SAYS_READY[victim] in line]
    return any(datetime.fromisoformat(at) >= since for at in ready)
