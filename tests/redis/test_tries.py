import asyncio
from uuid import uuid4

import pytest

from convonet.errors import TooManyTries, Unavailable
from convonet.redis.client import Redis, connect
from convonet.redis.tries import Limit, Tries

FEW = (Limit(3, 60),)
MORE = (Limit(5, 60), Limit(4, 3_600))


@pytest.fixture
def tries(redis: Redis) -> Tries:
    return Tries(redis)


def somebody() -> str:
    return f"test:{uuid4().hex}"


async def allowed(tries: Tries, counted: dict[str, tuple[Limit, ...]], times: int) -> int:
    """Return how many of so many tries at once are allowed."""
    answers = await asyncio.gather(
        *(tries.take(counted) for _ in range(times)), return_exceptions=True
    )
    refused = [answer for answer in answers if isinstance(answer, BaseException)]
    assert all(isinstance(answer, TooManyTries) for answer in refused)
    return times - len(refused)


async def test_no_more_are_allowed_than_the_narrowest_limit_says(tries: Tries) -> None:
    assert await allowed(tries, {somebody(): FEW}, 10) == 3
    assert await allowed(tries, {somebody(): MORE}, 10) == 4
    assert await allowed(tries, {somebody(): MORE, somebody(): FEW}, 10) == 3


async def test_what_is_refused_counts_nowhere_and_says_when_to_come_again(tries: Tries) -> None:
    full, fresh = somebody(), somebody()
    assert await allowed(tries, {full: FEW}, 3) == 3
    with pytest.raises(TooManyTries) as refused:
        await tries.take({fresh: FEW, full: FEW})
    assert 0 < refused.value.retry_after_s <= 60
    assert await allowed(tries, {fresh: FEW}, 3) == 3


async def test_the_longest_wait_is_told(tries: Tries) -> None:
    name = somebody()
    await allowed(tries, {name: MORE}, 4)
    with pytest.raises(TooManyTries) as refused:
        await tries.take({name: MORE})
    assert 60 < refused.value.retry_after_s <= 3_600


async def test_only_what_turns_out_wrong_is_counted(tries: Tries) -> None:
    counted = {somebody(): FEW}
    for _ in range(5):
        async with tries.counting_wrong(counted):
            pass
        with pytest.raises(Unavailable):
            async with tries.counting_wrong(counted):
                raise Unavailable("nobody could tell")
    for _ in range(3):
        with pytest.raises(ValueError, match="wrong"):
            async with tries.counting_wrong(counted):
                raise ValueError("wrong")
    with pytest.raises(TooManyTries):
        await tries.take(counted)


async def test_without_redis_nobody_slips_by() -> None:
    async with connect("redis://127.0.0.1:1/0") as nowhere:
        with pytest.raises(Unavailable):
            await Tries(nowhere).take({somebody(): FEW})
