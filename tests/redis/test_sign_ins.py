from uuid import uuid4

import pytest

from convonet.redis.client import Redis
from convonet.redis.sign_ins import AGAIN_S, MOST, SignIns

LIFETIME_S = 3_600


@pytest.fixture
def sign_ins(redis: Redis) -> SignIns:
    return SignIns(redis, LIFETIME_S)


async def test_only_the_newest_token_goes_on(sign_ins: SignIns) -> None:
    ada = uuid4()
    await sign_ins.begin(ada, "f", "t1")
    assert await sign_ins.rotate(ada, "f", "t1", "t2") == "rotated"
    assert await sign_ins.rotate(ada, "f", "t2", "t3") == "rotated"
    assert await sign_ins.holds(ada, "f")
    assert await sign_ins.rotate(ada, "f", "t1", "t4") == "reused"
    assert not await sign_ins.holds(ada, "f")
    assert await sign_ins.rotate(ada, "f", "t3", "t5") == "ended"


async def test_a_rotation_whose_answer_was_lost_may_be_sent_again(sign_ins: SignIns) -> None:
    ada = uuid4()
    await sign_ins.begin(ada, "f", "t1")
    for _ in range(2):
        assert await sign_ins.rotate(ada, "f", "t1", "t2") == "rotated"


async def test_a_page_that_never_got_its_answer_may_ask_again(sign_ins: SignIns) -> None:
    ada = uuid4()
    await sign_ins.begin(ada, "f", "t1")
    assert await sign_ins.rotate(ada, "f", "t1", "lost") == "rotated"
    assert await sign_ins.rotate(ada, "f", "t1", "lost too") == "rotated"
    assert await sign_ins.rotate(ada, "f", "t1", "t2") == "rotated"
    assert await sign_ins.rotate(ada, "f", "t2", "t3") == "rotated"
    assert await sign_ins.rotate(ada, "f", "t1", "t4") == "reused"


async def test_of_two_who_hold_a_copy_one_ends_the_sign_in(sign_ins: SignIns) -> None:
    ada = uuid4()
    await sign_ins.begin(ada, "f", "t1")
    assert await sign_ins.rotate(ada, "f", "t1", "of the owner") == "rotated"
    assert await sign_ins.rotate(ada, "f", "t1", "of the thief") == "rotated"
    assert await sign_ins.rotate(ada, "f", "of the owner", "t3") == "reused"
    assert await sign_ins.rotate(ada, "f", "of the thief", "t4") == "ended"


async def test_asking_again_is_for_soon(sign_ins: SignIns, redis: Redis) -> None:
    ada = uuid4()
    await sign_ins.begin(ada, "f", "t1")
    await sign_ins.rotate(ada, "f", "t1", "t2")
    (before,) = await redis.keys(f"sign-in-before:*{ada}*")
    assert 0 < await redis.ttl(before) <= AGAIN_S
    await redis.delete(before)
    assert await sign_ins.rotate(ada, "f", "t1", "t3") == "reused"


async def test_one_family_says_nothing_about_another(sign_ins: SignIns) -> None:
    ada, bob = uuid4(), uuid4()
    for user, family in ((ada, "f"), (ada, "g"), (bob, "f")):
        await sign_ins.begin(user, family, "t1")
    await sign_ins.end(ada, "f")
    assert not await sign_ins.holds(ada, "f")
    assert await sign_ins.holds(ada, "g")
    await sign_ins.end_all(ada)
    assert not await sign_ins.holds(ada, "g")
    assert await sign_ins.holds(bob, "f")


async def test_the_sign_in_unused_for_longest_makes_way(sign_ins: SignIns, redis: Redis) -> None:
    ada = uuid4()
    for number in range(MOST):
        await sign_ins.begin(ada, f"f{number}", "t1")
    seconds, _ = await redis.time()
    await redis.zadd(f"sign-ins:{{{ada}}}", {"f7": (seconds + LIFETIME_S // 2) * 1000}, xx=True)
    await sign_ins.begin(ada, "one more", "t1")
    held = [number for number in range(MOST) if await sign_ins.holds(ada, f"f{number}")]
    assert held == [number for number in range(MOST) if number != 7]
    assert await sign_ins.holds(ada, "one more")


async def test_everything_is_forgotten_in_time(sign_ins: SignIns, redis: Redis) -> None:
    ada = uuid4()
    await sign_ins.begin(ada, "f", "t1")
    await sign_ins.rotate(ada, "f", "t1", "t2")
    for key in await redis.keys(f"sign-in*{ada}*"):
        assert 0 < await redis.ttl(key) <= LIFETIME_S
