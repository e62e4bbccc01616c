"""An API as a process of its own, and a call in it that must not notice what others do."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import psutil

from convonet.contracts.voice import Audio, Reply
from convonet.embedded import ports
from convonet.embedded.probe import http
from convonet.redis.calls import CallStreams
from tests.api.client import Caller, calling
from tests.api.edge import SECRET, Backing
from tests.eventually import eventually

PORT = "CONVONET_PORT"
START_LIMIT_S = 150.0
FLOOD_LIMIT_S = 240.0
_MB = 1 << 20
_EVERY_S = 0.02


@dataclass
class Api:
    """A running API process."""

    port: int
    process: psutil.Process

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/voice"

    @property
    def memory_mb(self) -> int:
        return self.process.memory_info().rss // _MB


@asynccontextmanager
async def api_process(backing: Backing, temporal_address: str) -> AsyncGenerator[Api]:
    port = ports.free((PORT,))[PORT]
    env = {
        **os.environ,
        PORT: str(port),
        "DATABASE_URL": backing.database_url,
        "REDIS_URL": backing.redis_url,
        "TEMPORAL_ADDRESS": temporal_address,
        "JWT_SECRET": SECRET,
        "CONVONET_TRUSTED_PROXIES": "127.0.0.1",
        "CONVONET_MAX_CALLS": "100",
        "CONVONET_USER_CALLS": "100",
        "CONVONET_USER_STARTS": "100",
        "CONVONET_LOG_LEVEL": "ERROR",
    }
    command = (sys.executable, "-m", "convonet", "api")
    process = await asyncio.create_subprocess_exec(*command, env=env)
    try:

        async def answers() -> bool:
            try:
                return (await http("127.0.0.1", port, "/healthz"))[0] == 200
            except (OSError, TimeoutError):
                return False

        await eventually(answers, START_LIMIT_S)
        yield Api(port, psutil.Process(process.pid))
    finally:
        process.terminate()
        await process.wait()


@asynccontextmanager
async def unharmed(api: Api, streams: CallStreams, pin: str) -> AsyncGenerator[None]:
    """Hold a call for as long as the block lasts; it hears every sentence, in order, with sound."""
    async with calling(api.url) as caller:
        _, call_id = await caller.begin(pin)
        over = asyncio.Event()
        said = asyncio.create_task(_say_sentences(streams, call_id, over))
        heard = asyncio.create_task(_hear_sentences(caller))
        try:
            yield
            over.set()
            async with asyncio.timeout(FLOOD_LIMIT_S):
                assert await heard == await said
        finally:
            for task in (said, heard):
                task.cancel()
            await asyncio.gather(said, heard, return_exceptions=True)


async def _say_sentences(streams: CallStreams, call_id: str, over: asyncio.Event) -> int:
    count = 0
    while not over.is_set():
        await _say(streams, call_id, f"Sentence {count}.", final=False)
        count += 1
        await asyncio.sleep(_EVERY_S)
    await _say(streams, call_id, "", final=True)
    return count


async def _say(streams: CallStreams, call_id: str, text: str, *, final: bool) -> None:
    reply = Reply(turn_id="t", text=text, final=final)
    await streams.emit(call_id, [(reply, b""), (Audio(turn_id="t", ms=20), bytes(960))])


async def _hear_sentences(caller: Caller) -> int:
    count = 0
    while not (reply := await caller.expect("reply"))["final"]:
        assert reply["text"] == f"Sentence {count}."
        assert (await caller.hear()).audio == bytes(960)
        count += 1
    return count
