"""Past what can be carried well the next caller is told at once, and those who talk go on."""

import asyncio

import httpx
import pytest
from redis.asyncio import Redis

from convonet.cli import check_servers
from convonet.contracts.voice import Reply
from convonet.redis.admission import Carries, Reports
from convonet.redis.calls import CallStreams
from tests.api.client import LIMIT_S, Caller, calling
from tests.api.edge import Backing, Edge, running_edge, settings_of

BUSY = {"code": "busy", "message": "busy, please try again"}


@pytest.fixture
def worker(own_redis: Redis) -> Reports:
    """A voice worker, as the count knows it."""
    return Reports(own_redis, "worker", lease_s=3_600)


async def carries(worker: Reports, calls: int, ended: tuple[str, ...] = ()) -> None:
    await worker.say(Carries("here", calls, calls), (), ended)


async def refused(caller: Caller) -> None:
    await caller.say(type="start")
    await caller.expect("error", **BUSY)


async def test_the_caller_after_the_last_is_told_and_may_try_again(
    own: Backing, ada: str, bob: str, worker: Reports
) -> None:
    await carries(worker, 1)
    async with running_edge(own) as edge, calling(edge.voice_url) as first:
        _, call_id = await first.begin(ada)
        async with calling(edge.voice_url) as next_one:
            await next_one.sign_in(bob)
            await refused(next_one)
            await refused(next_one)
            await carries(worker, 1, (call_id,))
            await next_one.start()
        assert len(edge.conversations.begun) == 2


async def test_those_who_talk_hear_everything_while_others_are_refused(
    own: Backing, ada: str, bob: str, worker: Reports, own_streams: CallStreams
) -> None:
    await carries(worker, 1)
    async with running_edge(own) as edge, calling(edge.voice_url) as talking:
        _, call_id = await talking.begin(ada)
        async with calling(edge.voice_url) as other:
            await other.sign_in(bob)
            for number in range(20):
                said = Reply(turn_id="t", text=f"Sentence {number}.", final=False)
                await own_streams.emit(call_id, [(said, b"")])
                await refused(other)
        for number in range(20):
            await talking.expect("reply", text=f"Sentence {number}.")


async def test_a_call_that_runs_is_resumed_however_busy_everything_is(
    own: Backing, ada: str, bob: str, worker: Reports
) -> None:
    await carries(worker, 1)
    async with running_edge(own) as edge:
        async with calling(edge.voice_url) as caller:
            session_id, call_id = await caller.begin(ada)
            last_seq = caller.seq
        async with calling(edge.voice_url) as other:
            await other.sign_in(bob)
            await refused(other)
        async with calling(edge.voice_url) as again:
            await again.resume_after_greeting(session_id, call_id, last_seq)
            await again.expect("call_started", call_id=call_id)


async def test_of_many_who_start_at_once_at_two_servers_no_more_get_in(
    own: Backing, ada: str, worker: Reports
) -> None:
    await carries(worker, 3)

    async def start(edge: Edge) -> str:
        async with calling(edge.voice_url) as caller:
            await caller.sign_in(ada)
            await caller.say(type="start")
            return (await caller.hear()).type

    async with running_edge(own) as one, running_edge(own) as other:
        answers = await asyncio.gather(*(start(edge) for edge in (one, other) * 5))
        begun = len(one.conversations.begun) + len(other.conversations.begun)
    assert sorted(answers) == ["call_started"] * 3 + ["error"] * 7
    assert begun == 3


async def test_a_call_that_could_not_begin_takes_up_no_place(
    own: Backing, ada: str, worker: Reports
) -> None:
    await carries(worker, 1)
    async with running_edge(own) as edge, calling(edge.voice_url) as caller:
        await caller.sign_in(ada)
        edge.conversations.away = True
        await caller.say(type="start")
        await caller.expect_error("unavailable")
        edge.conversations.away = False
        await caller.start()


async def test_one_user_cannot_have_all_the_places(
    own: Backing, ada: str, bob: str, worker: Reports
) -> None:
    await carries(worker, 9)
    async with (
        running_edge(own, convonet_user_calls=1) as edge,
        calling(edge.voice_url) as first,
        calling(edge.voice_url) as second,
        calling(edge.voice_url) as other,
    ):
        await first.begin(ada)
        await second.sign_in(ada)
        await second.say(type="start")
        await second.expect_error("too_many_calls")
        await other.begin(bob)


async def test_one_user_cannot_begin_calls_without_end(
    own: Backing, ada: str, worker: Reports
) -> None:
    await carries(worker, 9)
    async with running_edge(own, convonet_user_starts=1) as edge:
        async with calling(edge.voice_url) as caller:
            await caller.begin(ada)
        async with calling(edge.voice_url) as caller:
            await caller.sign_in(ada)
            await caller.say(type="start")
            await caller.expect_error("too_many_calls")


async def test_what_an_operator_looks_at_tells_how_busy_it_is(
    own: Backing, ada: str, bob: str, worker: Reports
) -> None:
    await carries(worker, 1)
    async with running_edge(own) as edge, calling(edge.voice_url) as first:
        await first.begin(ada)
        async with calling(edge.voice_url) as other:
            await other.sign_in(bob)
            await refused(other)
        async with httpx.AsyncClient(base_url=edge.http_url, timeout=LIMIT_S) as browser:
            load = (await browser.get("/readyz")).json()["load"]
            metrics = (await browser.get("/metrics")).text.splitlines()
    found = [one async for one in check_servers.redis(settings_of(own))]
    assert load == {"calls": 1, "capacity": 1, "voice_workers": 1, "refused": 1}
    assert [(one.name, one.state) for one in found] == [("connection", "ok"), ("capacity", "warn")]
    assert "convonet_calls 1.0" in metrics
    assert "convonet_calls_capacity 1.0" in metrics
    assert any(
        line.startswith('convonet_voice_calls_refused_total{why="full"}') for line in metrics
    )
