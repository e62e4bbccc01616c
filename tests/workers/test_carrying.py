"""A voice worker tells what it carries, and which calls it has."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis

from convonet.contracts.caller import Caller
from convonet.contracts.conversation import RunMediaSession
from convonet.redis.admission import Admission, Limits, Load
from convonet.redis.client import connect
from convonet.settings import Settings
from tests.eventually import eventually
from tests.session.calling import CALLER
from workers.carrying import Carrying
from workers.strain import Strain

SETTINGS = Settings(convonet_calls_per_core=3)


@pytest.fixture
async def counts(redis_url: str) -> AsyncGenerator[Redis]:
    async with connect(f"{redis_url}/1") as redis:
        await redis.flushdb()
        yield redis


class Sessions:
    """Media sessions that last until they are told to end."""

    def __init__(self) -> None:
        self.over = asyncio.Event()

    async def run(self, request: RunMediaSession, attempt: int) -> None:
        await self.over.wait()


def asked_for(call_id: str, caller: Caller = CALLER) -> RunMediaSession:
    return RunMediaSession(call_id=call_id, caller=caller, generation=0, output_sample_rate=24_000)


@asynccontextmanager
async def carrying(counts: Redis, sessions: Sessions) -> AsyncGenerator[Carrying]:
    carrying = Carrying(counts, SETTINGS, sessions.run, Strain())
    async with carrying.announced():
        yield carrying


async def until(counts: Redis, *, calls: int, workers: int = 1) -> Load:
    async def so() -> bool:
        load = await look(counts)
        return (load.calls, load.voice_workers) == (calls, workers)

    await eventually(so)
    return await look(counts)


async def look(counts: Redis) -> Load:
    return await Admission(counts, Limits(None, 1, 1)).load()


async def test_a_worker_says_what_it_carries_for_as_long_as_it_is_there(counts: Redis) -> None:
    async with carrying(counts, Sessions()):
        assert (await until(counts, calls=0)).capacity is not None
    assert (await look(counts)).voice_workers == 0


async def test_a_call_counts_while_it_is_carried(counts: Redis) -> None:
    sessions = Sessions()
    async with carrying(counts, sessions) as worker:
        running = [asyncio.create_task(worker(asked_for(name), 1)) for name in ("a", "b")]
        await until(counts, calls=2)
        sessions.over.set()
        await asyncio.gather(*running)
        await until(counts, calls=0)


async def test_a_call_that_was_cut_off_here_still_counts(counts: Redis) -> None:
    sessions = Sessions()
    async with carrying(counts, sessions) as worker:
        running = asyncio.create_task(worker(asked_for("a"), 1))
        await until(counts, calls=1)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    await until(counts, calls=1, workers=0)


async def test_a_call_that_comes_back_here_counts_once(counts: Redis) -> None:
    sessions = Sessions()
    async with carrying(counts, sessions) as worker:
        first = asyncio.create_task(worker(asked_for("a"), 1))
        second = asyncio.create_task(worker(asked_for("a"), 2))
        await until(counts, calls=1)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        sessions.over.set()
        await second
        await until(counts, calls=0)
