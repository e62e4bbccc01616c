"""Both provider servers in one process: `python -m benchmarks.fakes`.

Prints one line of JSON with their addresses, then one per request to the model (how many messages
it held) and one per second (how late its timers were). Serves until SIGTERM.
"""

import asyncio
import json
import signal
import sys
import time
from collections.abc import Mapping
from typing import Final, cast

import uvloop

from benchmarks import delays
from tests.providers.anthropic import AnthropicServer
from tests.providers.anthropic_replies import Reply
from tests.providers.deepgram import running
from tests.providers.deepgram_script import Script

_REPLY = Reply(delays.REPLY)
_TICK_S: Final = 0.02
_TICKS: Final = 50


def _say(line: Mapping[str, object]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def _answer(request: Mapping[str, object]) -> Reply:
    _say({"messages": len(cast("list[object]", request["messages"]))})
    return _REPLY


def _script() -> Script:
    script = Script(
        key=delays.KEY,
        start_ms=delays.START_OF_TURN_MS,
        end_ms=delays.END_OF_TURN_MS,
        first_audio_ms=delays.FIRST_AUDIO_MS,
        speed=delays.SPEECH_SPEED,
    )
    script.hear_again_and_again([delays.HEARD])
    return script


async def _watch_timers() -> None:
    while True:
        late_ms: list[float] = []
        for _ in range(_TICKS):
            due = time.monotonic() + _TICK_S
            await asyncio.sleep(_TICK_S)
            late_ms.append(round((time.monotonic() - due) * 1_000, 1))
        _say({"late_ms": late_ms})


async def _serve() -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    claude = AnthropicServer(
        api_key=delays.KEY,
        otherwise=_answer,
        first_token_ms=delays.FIRST_TOKEN_MS,
        token_ms=delays.TOKEN_MS,
    )
    async with claude, running(_script()) as deepgram:
        _say({"anthropic": claude.base_url, "deepgram": deepgram.base_url})
        watching = asyncio.create_task(_watch_timers())
        await stopped.wait()
        watching.cancel()


if __name__ == "__main__":
    uvloop.run(_serve())
