import asyncio
from collections.abc import AsyncGenerator

import pytest
from redis.exceptions import ConnectionError, ResponseError  # noqa: A004

from convonet.redis.client import Redis, connect
from tests.api.flaky import FlakyWay, flaky_way


@pytest.fixture
async def way(redis_url: str) -> AsyncGenerator[FlakyWay]:
    async with flaky_way(redis_url) as way:
        yield way


@pytest.fixture
async def shaky(way: FlakyWay) -> AsyncGenerator[Redis]:
    """A Redis whose connections can be cut."""
    async with connect(way.url) as redis:
        yield redis


async def test_everybody_gets_their_own_answer(redis: Redis, call_id: str) -> None:
    async def echo(number: int) -> object:
        return await redis.wire.ask("ECHO", f"{call_id} {number}")

    answers = await asyncio.gather(*map(echo, range(200)))
    assert answers == [f"{call_id} {number}".encode() for number in range(200)]


async def test_a_refusal_reaches_only_who_asked(redis: Redis, call_id: str) -> None:
    await redis.set(call_id, "text", ex=60)
    refused, fine = await asyncio.gather(
        redis.wire.ask("XADD", call_id, "*", "a", "b"),
        redis.wire.ask("GET", call_id),
        return_exceptions=True,
    )
    assert isinstance(refused, ResponseError)
    assert fine == b"text"
    one, other = await redis.wire.ask_all([("GET", call_id), ("LPUSH", call_id, "a")])
    assert one == b"text"
    assert isinstance(other, ResponseError)


async def test_who_gives_up_waiting_takes_nobody_elses_answer(redis: Redis) -> None:
    impatient = asyncio.ensure_future(redis.wire.ask("ECHO", "mine"))
    await asyncio.sleep(0)
    impatient.cancel()
    assert await redis.wire.ask("ECHO", "yours") == b"yours"
    with pytest.raises(asyncio.CancelledError):
        await impatient


async def test_a_lost_connection_is_replaced(shaky: Redis, way: FlakyWay) -> None:
    assert await shaky.wire.ask("PING") == b"PONG"
    await way.cut()
    with pytest.raises(ConnectionError):
        await shaky.wire.ask("PING")
    await way.mend()
    assert await shaky.wire.ask("PING") == b"PONG"


async def test_a_script_redis_has_forgotten_is_brought_again(redis: Redis, call_id: str) -> None:
    script = redis.wire.script(f"return KEYS[1] .. ARGV[1] -- {call_id}")
    assert await script(keys=["a"], args=["b"]) == b"ab"
    assert await script(keys=["a"], args=["c"]) == b"ac"
