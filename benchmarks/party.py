"""A few calls placed from this process, for what is watched closely rather than measured."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager

from benchmarks.caller.call import Call, Manner
from benchmarks.caller.wires import Wire
from benchmarks.results import Turn

_APART_S = 0.5


@asynccontextmanager
async def party(wires: Sequence[Wire], manner: Manner) -> AsyncGenerator[list[Call]]:
    """Place a call on each wire; hang up at the end of the block."""
    calls = [Call(wire, index, manner, seed=1) for index, wire in enumerate(wires)]
    running: list[asyncio.Task[None]] = []
    try:
        for call in calls:
            running.append(asyncio.create_task(call.run()))
            await asyncio.sleep(_APART_S)
        yield calls
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await asyncio.gather(*(wire.close() for wire in wires), return_exceptions=True)


async def until(holds: Callable[[], bool], within_s: float) -> bool:
    """Wait until something holds; False when it does not in time."""
    try:
        async with asyncio.timeout(within_s):
            while not holds():  # noqa: ASYNC110 - of many things nobody tells
                await asyncio.sleep(0.01)
    except TimeoutError:
        return False
    return True


def over(turn: Turn) -> bool:
    """Tell whether an answer has been heard out."""
    return turn.heard_out
