import asyncio
from collections.abc import AsyncGenerator

import pytest
from redis.exceptions import ConnectionError  # noqa: A004

from convonet.redis.client import Redis, connect
from convonet.redis.switchboard import Follower
from tests.api.flaky import FlakyWay, flaky_way

LIMIT_S = 60.0


async def write(redis: Redis, key: str, *texts: str) -> None:
    for text in texts:
        await redis.xadd(key, {"t": text})
    await redis.expire(key, 60)


async def read(follower: Follower, key: str, count: int) -> list[str]:
    """Return as many entries, waiting for them."""
    found: list[str] = []
    async with asyncio.timeout(LIMIT_S):
        while len(found) < count:
            rows = (await follower.next(LIMIT_S)).get(key, [])
            found += [fields[b"t"].decode() for _, fields in rows]
    return found


async def test_many_follow_their_own_streams_and_miss_nothing(redis: Redis, call_id: str) -> None:
    streams = [f"{call_id}:{number}" for number in range(20)]
    await write(redis, streams[0], "before")
    followers = [await redis.switchboard.follow({key: "0-0"}) for key in streams]
    assert await read(followers[0], streams[0], 1) == ["before"]
    texts = [str(number) for number in range(10)]
    await asyncio.gather(*(write(redis, key, *texts) for key in streams))
    for key, follower in zip(streams, followers, strict=True):
        assert await read(follower, key, 10) == texts
        follower.leave()


async def test_two_at_different_places_of_a_stream_get_what_is_new_to_each(
    redis: Redis, call_id: str
) -> None:
    await write(redis, call_id, "a", "b")
    early = await redis.switchboard.follow({call_id: "0-0"})
    late = await redis.switchboard.follow({call_id: "9999999999999-0"})
    assert await read(early, call_id, 2) == ["a", "b"]
    await redis.xadd(call_id, {"t": "c"})
    await redis.xadd(call_id, {"t": "d"}, id="9999999999999-1")
    assert await read(early, call_id, 2) == ["c", "d"]
    assert await read(late, call_id, 1) == ["d"]
    early.leave()
    late.leave()


async def test_nothing_in_time_is_nothing(redis: Redis, call_id: str) -> None:
    follower = await redis.switchboard.follow({call_id: "0-0"})
    assert await follower.next(0.001) == {}
    follower.leave()


async def test_a_reader_who_does_not_come_is_not_brought_more_and_misses_nothing(
    redis: Redis, call_id: str
) -> None:
    sleepy = await redis.switchboard.follow({call_id: "0-0"})
    pipe = redis.pipeline(transaction=False)
    for number in range(3_000):
        pipe.xadd(call_id, {"t": number})
    pipe.expire(call_id, 60)
    await pipe.execute()
    async with asyncio.timeout(LIMIT_S):
        while sleepy.hungry:  # noqa: ASYNC110 - a count, not an event
            await asyncio.sleep(0.01)
    assert await read(sleepy, call_id, 3_000) == [str(number) for number in range(3_000)]
    sleepy.leave()


@pytest.fixture
async def way(redis_url: str) -> AsyncGenerator[FlakyWay]:
    async with flaky_way(redis_url) as way:
        yield way


async def test_a_follower_learns_that_redis_is_away_and_goes_on_when_it_is_back(
    redis: Redis, way: FlakyWay, call_id: str
) -> None:
    async with connect(way.url) as shaky:
        follower = await shaky.switchboard.follow({call_id: "0-0"})
        await write(redis, call_id, "a")
        assert await read(follower, call_id, 1) == ["a"]
        await way.cut()
        with pytest.raises(ConnectionError):
            await follower.next(LIMIT_S)
        await write(redis, call_id, "b")
        await way.mend()
        found: list[str] = []
        async with asyncio.timeout(LIMIT_S):
            while not found:
                try:
                    found = await read(follower, call_id, 1)
                except ConnectionError:
                    continue
        assert found == ["b"]
        follower.leave()
