"""Who is let in: as many calls as the live voice workers carry, counted for all instances."""

import asyncio
from collections.abc import AsyncGenerator
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from convonet.redis import admission
from convonet.redis.admission import Admission, Carries, Limits, Reports, Verdict
from convonet.redis.client import connect

LONG_S = 3_600
ANYBODY = Limits(None, 1_000, 1_000)


@pytest.fixture
async def counts(redis_url: str) -> AsyncGenerator[Redis]:
    """A database of its own: the count is of everybody."""
    async with connect(f"{redis_url}/1") as redis:
        await redis.flushdb()
        yield redis


def new_id() -> str:
    return uuid4().hex


async def asked(counts: Redis, times: int, limits: Limits = ANYBODY) -> list[Verdict]:
    admission = Admission(counts, limits)
    return [(await admission.ask(new_id(), new_id())).verdict for _ in range(times)]


async def passed(counts: Redis, key: str, member: str) -> None:
    """Let a lease run out, as if nobody had vouched for so long."""
    await counts.zadd(f"admission:{{all}}:{key}", {member: 1})


async def carries(counts: Redis, own: int, *, machine: str = "m", whole: int = 100) -> str:
    worker = new_id()
    await Reports(counts, worker, LONG_S).say(Carries(machine, whole, own), (), ())
    return worker


async def test_no_more_calls_than_the_workers_carry(counts: Redis) -> None:
    await carries(counts, 2)
    assert await asked(counts, 3) == [Verdict.ADMITTED, Verdict.ADMITTED, Verdict.FULL]
    load = await Admission(counts, ANYBODY).load()
    assert (load.calls, load.capacity, load.voice_workers, load.refused) == (2, 2, 1, 1)


async def test_of_many_who_ask_at_once_no_more_get_in(counts: Redis) -> None:
    await carries(counts, 3)
    answers = await asyncio.gather(*(asked(counts, 1) for _ in range(20)))
    assert sum(answer == [Verdict.ADMITTED] for answer in answers) == 3


async def test_workers_on_one_machine_share_what_it_carries(counts: Redis) -> None:
    await carries(counts, 8, whole=10)
    await carries(counts, 8, whole=10)
    assert (await Admission(counts, ANYBODY).load()).capacity == 10
    await carries(counts, 8, machine="another", whole=8)
    assert (await Admission(counts, ANYBODY).load()).capacity == 18


async def test_a_dead_worker_carries_nothing(counts: Redis) -> None:
    dead = await carries(counts, 5)
    await carries(counts, 2, machine="another")
    await passed(counts, "workers", dead)
    assert (await Admission(counts, ANYBODY).load()).capacity == 2


async def test_while_no_worker_is_there_what_was_carried_last_holds(counts: Redis) -> None:
    worker = await carries(counts, 1)
    await Reports(counts, worker).leave(())
    assert await asked(counts, 2) == [Verdict.ADMITTED, Verdict.FULL]


async def test_without_any_measure_nobody_is_refused(counts: Redis) -> None:
    assert (await Admission(counts, ANYBODY).load()).capacity is None
    assert await asked(counts, 2) == [Verdict.ADMITTED] * 2


async def test_what_the_operator_says_holds_whatever_is_measured(counts: Redis) -> None:
    await carries(counts, 50)
    most = Limits(1, 1_000, 1_000)
    assert await asked(counts, 2, most) == [Verdict.ADMITTED, Verdict.FULL]
    assert (await Admission(counts, most).load()).capacity == 1


async def test_asking_again_for_the_same_call_counts_once(counts: Redis) -> None:
    door = Admission(counts, Limits(1, 1, 1))
    call_id, user = new_id(), new_id()
    for _ in range(3):
        assert (await door.ask(call_id, user)).verdict is Verdict.ADMITTED
    assert (await door.load()).calls == 1


async def test_a_call_counts_until_it_has_ended(counts: Redis) -> None:
    door, call_id = Admission(counts, Limits(1, 1, 100)), new_id()
    await door.ask(call_id, "ada")
    reports = Reports(counts, new_id())
    await reports.say(Carries("m", 5, 5), [call_id], ())
    assert (await door.ask(new_id(), "bob")).verdict is Verdict.FULL
    await reports.say(Carries("m", 5, 5), (), [call_id])
    assert (await door.ask(new_id(), "ada")).verdict is Verdict.ADMITTED


async def test_a_call_nobody_vouches_for_does_not_count(counts: Redis) -> None:
    door, call_id = Admission(counts, Limits(1, 1, 100)), new_id()
    await door.ask(call_id, "ada")
    await passed(counts, "calls", call_id)
    assert (await door.load()).calls == 0
    assert (await door.ask(new_id(), "ada")).verdict is Verdict.ADMITTED


async def test_a_worker_vouches_for_calls_the_count_has_lost(counts: Redis) -> None:
    await Reports(counts, new_id()).say(Carries("m", 1, 1), [new_id()], ())
    assert await asked(counts, 1) == [Verdict.FULL]


async def test_a_call_that_could_not_begin_leaves_its_place(counts: Redis) -> None:
    door, call_id = Admission(counts, Limits(1, 1, 100)), new_id()
    await door.ask(call_id, "ada")
    await door.take_back(call_id)
    assert (await door.ask(new_id(), "ada")).verdict is Verdict.ADMITTED


async def test_one_user_has_only_so_many_calls_and_others_have_theirs(counts: Redis) -> None:
    door = Admission(counts, Limits(None, 2, 100))
    verdicts = [(await door.ask(new_id(), "ada")).verdict for _ in range(3)]
    assert verdicts == [Verdict.ADMITTED, Verdict.ADMITTED, Verdict.USER_BUSY]
    assert (await door.ask(new_id(), "bob")).verdict is Verdict.ADMITTED


async def test_one_user_begins_only_so_many_calls_a_minute(counts: Redis) -> None:
    door = Admission(counts, Limits(None, 100, 2))
    for _ in range(2):
        call_id = new_id()
        await door.ask(call_id, "ada")
        await door.take_back(call_id)
    answer = await door.ask(new_id(), "ada")
    assert answer.verdict is Verdict.USER_HASTY
    assert 0 < answer.retry_after_s <= 60


def test_a_worker_is_missed_before_its_calls_are() -> None:
    assert admission.WORKER_LEASE_S < admission.CALL_LEASE_S < admission.BEGINNING_S
