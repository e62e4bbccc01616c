"""`kill -9` of every part, at moments that a seed decides."""

import asyncio
import time
from random import Random
from typing import Final

from benchmarks.soak.place import Place
from benchmarks.soak.results import Kill
from tests.chaos.cells import Moment, Victim, death
from tests.chaos.harming import Blow

_APART_S: Final = (15.0, 45.0)
_TWO: Final = 0.15
"""The share of moments at which two parts die at once."""


async def kill(place: Place, seed: int, kills: list[Kill], began: float) -> None:
    """Kill until cancelled, noting each; `began` is when seconds begin to count, monotonic."""
    random = Random(f"kills {seed}")  # noqa: S311 - to be repeated
    while True:
        await asyncio.sleep(random.uniform(*_APART_S))
        victims = random.sample(list(Victim), 2 if random.random() < _TWO else 1)
        at = time.monotonic()
        backs = await asyncio.gather(*(_kill(place, victim) for victim in victims))
        kills.append(
            Kill(
                at_s=round(at - began, 1),
                parts=[victim.value for victim in victims],
                back_s=round(max(backs), 2),
            )
        )


async def _kill(place: Place, victim: Victim) -> float:
    """Kill a part; return after how many seconds it was back, -1 when it was not there."""

    async def do(call_id: str) -> None:
        del call_id
        place.ground.instance.kill(victim.value)

    blow = Blow(place.ground, death(victim), Moment.SPEAKING, do)
    try:
        await blow.strike(Moment.SPEAKING, "")
    except ProcessLookupError:
        return -1.0
    if victim is Victim.SUPERVISOR:
        await asyncio.to_thread(place.ground.instance.up)
    await blow.over()
    return time.monotonic() - blow.at
