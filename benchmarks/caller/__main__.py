"""Place N calls to one side: `python -m benchmarks.caller convonet ws://... --calls 5 ...`.

Prints `steady` when every call has its first turn behind it and `over` when the measured time is;
then hangs up and prints a `Talk` as one line of JSON.
"""

import argparse
import asyncio
import contextlib
import sys
import time

import uvloop

from benchmarks.caller.call import ANSWER_S, Call, Manner
from benchmarks.caller.convonet_wire import ConvonetWire
from benchmarks.caller.pipecat_wire import PipecatWire
from benchmarks.caller.wires import AWAY, Wire
from benchmarks.results import Talk, Turn
from benchmarks.statistics import percentile

WIRES: dict[str, type[ConvonetWire] | type[PipecatWire]] = {
    "convonet": ConvonetWire,
    "pipecat": PipecatWire,
}
_APART_S = 0.5
_SETTLE_S = 3 * ANSWER_S


async def talk(side: str, url: str, count: int, seconds: float, seed: int) -> Talk:
    """Place calls 0.5 s apart, let them settle, and measure for so many seconds."""
    urls = url.split(",")
    wires: list[Wire] = [WIRES[side](urls[index % len(urls)]) for index in range(count)]
    calls = [Call(wire, index, Manner(), seed) for index, wire in enumerate(wires)]
    running: list[asyncio.Task[None]] = []
    for call in calls:
        running.append(asyncio.create_task(call.run()))
        await asyncio.sleep(_APART_S)
    unanswered = await _settled(calls, running)
    for call in calls:
        call.microphone.late_ms.clear()
    began = await _announce("steady")
    await asyncio.sleep(seconds)
    ended = await _announce("over")
    lateness = [ms for call in calls for ms in call.microphone.late_ms]
    measured = [
        turn
        for call in calls
        for turn in call.turns
        if turn.ordinal and began < turn.spoken_at < ended
    ]
    await _answered(measured)
    failed = await _hang_up(running, wires)
    return Talk(
        calls=count,
        began_at=began,
        ended_at=ended,
        turns=measured,
        late_ms_p95=percentile(lateness, 95) if lateness else 0.0,
        unanswered=unanswered,
        failed=failed,
    )


async def _answered(turns: list[Turn]) -> None:
    """Let what was said in the measured time have its answer, or be missed."""

    def waits(turn: Turn) -> bool:
        return turn.voice_to_voice_ms is None and time.monotonic() < turn.spoken_at + ANSWER_S

    while any(waits(turn) for turn in turns):  # noqa: ASYNC110 - a deadline is among it
        await asyncio.sleep(0.1)


async def _settled(calls: list[Call], running: list[asyncio.Task[None]]) -> int:
    """Wait for each call's first turn; return how many calls are still without."""

    async def settled(call: Call, task: asyncio.Task[None]) -> None:
        settling = asyncio.create_task(call.settled.wait())
        try:
            await asyncio.wait({settling, task}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            settling.cancel()

    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_SETTLE_S):
            await asyncio.gather(*map(settled, calls, running))
    return sum(
        not call.settled.is_set() and not task.done()
        for call, task in zip(calls, running, strict=True)
    )


async def _announce(word: str) -> float:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()
    return time.monotonic()


async def _hang_up(running: list[asyncio.Task[None]], wires: list[Wire]) -> list[str]:
    broken = [task for task in running if task.done()]
    for task in running:
        task.cancel()
    ended = await asyncio.gather(*running, return_exceptions=True)
    await asyncio.gather(*(_leave(wire) for wire in wires))
    return [repr(error) for task, error in zip(running, ended, strict=True) if task in broken]


async def _leave(wire: Wire) -> None:
    try:
        await wire.close()
    except AWAY:
        return


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("side", choices=sorted(WIRES))
    parser.add_argument("url")
    parser.add_argument("--calls", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    result = uvloop.run(
        talk(options.side, options.url, options.calls, options.seconds, options.seed)
    )
    sys.stdout.write(result.model_dump_json() + "\n")


if __name__ == "__main__":
    main()
