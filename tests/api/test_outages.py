import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace

import httpx
import pytest

from api.app import create_app
from convonet.contracts.voice import Clear
from convonet.redis.calls import CallStreams
from convonet.redis.client import Redis, connect
from tests.api.client import LIMIT_S, calling
from tests.api.edge import Backing, Edge, running_edge, serving, settings_of
from tests.api.flaky import FlakyWay, flaky_way
from tests.api.inbound import arrived, audio_of, control_of
from tests.api.recordings import pieces, tone


@pytest.fixture
async def way(redis_url: str) -> AsyncGenerator[FlakyWay]:
    async with flaky_way(redis_url) as way:
        yield way


@pytest.fixture
async def shaky_edge(backing: Backing, way: FlakyWay) -> AsyncGenerator[Edge]:
    """An edge whose way to Redis can be cut."""
    async with connect(way.url) as redis, running_edge(replace(backing, redis=redis)) as edge:
        yield edge


async def test_what_is_said_while_redis_is_away_arrives_whole_and_once_when_it_is_back(
    shaky_edge: Edge, way: FlakyWay, pin: str, redis: Redis, streams: CallStreams
) -> None:
    said = tone(6, 16_000)
    first, second, third = said[:64_000], said[64_000:128_000], said[128_000:]
    async with calling(shaky_edge.voice_url) as caller:
        _, call_id = await caller.begin(pin)
        for piece in pieces(first, 640):
            await caller.socket.send(piece)
        await way.cut()
        for piece in pieces(second, 640):
            await caller.socket.send(piece)
        await caller.say(type="text", text="are you there")
        await streams.emit(call_id, [(Clear(turn_id="t1"), b"")])
        await way.mend()
        for piece in pieces(third, 640):
            await caller.socket.send(piece)
        assert await audio_of(redis, call_id, len(said)) == said
        await caller.expect("clear", turn_id="t1")
        await control_of(redis, call_id, "text")
        texts = [
            control
            for control in (await arrived(redis, call_id)).controls
            if control["type"] == "text"
        ]
        assert len(texts) == 1


async def test_without_redis_nobody_is_cut_off_and_sign_in_works_again_later(
    shaky_edge: Edge, way: FlakyWay, pin: str
) -> None:
    await way.cut()
    async with calling(shaky_edge.voice_url) as caller:
        await caller.expect("authentication_required", attempts_left=5)
        await caller.say(type="authenticate", pin=pin)
        await caller.expect_error("unavailable")
        await way.mend()
        await caller.say(type="authenticate", pin=pin)
        await caller.expect("authenticated")


async def test_a_caller_who_left_while_redis_was_away_has_still_been_heard(
    shaky_edge: Edge, way: FlakyWay, pin: str, redis: Redis
) -> None:
    async with calling(shaky_edge.voice_url) as caller:
        _, call_id = await caller.begin(pin)
        await control_of(redis, call_id, "connected")
        await way.cut()
        await caller.socket.send(tone(1, 16_000))
        await caller.say(type="hangup")
    await way.mend()
    await control_of(redis, call_id, "disconnected")
    there = await arrived(redis, call_id)
    assert there.audio == tone(1, 16_000)
    assert [control["type"] for control in there.controls] == [
        "connected",
        "hangup",
        "disconnected",
    ]


async def test_readyz_names_what_is_away_and_healthz_stays_well(
    shaky_edge: Edge, way: FlakyWay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.routers.health.CHECK_LIMIT_S", LIMIT_S)
    async with httpx.AsyncClient(base_url=shaky_edge.http_url, timeout=2 * LIMIT_S) as http:
        before = (await http.get("/readyz")).json()["checks"]
        await way.cut()
        ready, healthy = await asyncio.gather(http.get("/readyz"), http.get("/healthz"))
        await way.mend()
        after = (await http.get("/readyz")).json()["checks"]
    assert before["postgresql"]["ok"]
    assert before["redis"]["ok"]
    assert before["temporal"]["ok"]
    assert not before["voice_workers"]["ok"]
    assert "voice" in before["voice_workers"]["why"]
    assert (ready.status_code, ready.json()["code"]) == (503, "not_ready")
    assert not ready.json()["checks"]["redis"]["ok"]
    assert ready.json()["checks"]["postgresql"]["ok"]
    assert healthy.status_code == 200
    assert after["redis"]["ok"]


async def test_a_real_temporal_client_that_finds_nobody_means_try_again(
    backing: Backing, pin: str
) -> None:
    nowhere = settings_of(backing, temporal_address="127.0.0.1:1")
    async with (
        serving(nowhere, create_app(nowhere)) as (_, port),
        calling(f"ws://127.0.0.1:{port}/voice") as caller,
    ):
        await caller.sign_in(pin)
        await caller.say(type="start")
        await caller.expect_error("unavailable")
        await caller.say(type="ping", t=1)
        await caller.expect("pong")


async def test_a_real_temporal_takes_the_conversation(
    backing: Backing, temporal_address: str, pin: str
) -> None:
    there = settings_of(backing, temporal_address=temporal_address)
    async with (
        serving(there, create_app(there)) as (_, port),
        calling(f"ws://127.0.0.1:{port}/voice") as caller,
    ):
        _, call_id = await caller.begin(pin)
    handle = backing.temporal.get_workflow_handle(f"conversation-{call_id}")
    described = await handle.describe()
    await handle.terminate()
    assert described.task_queue == "conversations"
