"""Whatever strangers send, memory stays bounded, each is told why, and other calls go on."""

import asyncio
import json
import os
import socket as sockets
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client
from websockets.exceptions import ConnectionClosed

from api.voice.messages import BINARY_MAX_BYTES, FRAME_MAX_BYTES
from convonet.contracts.voice import Audio
from convonet.redis.calls import CallStreams
from convonet.redis.client import connect
from tests.api.client import Caller, calling
from tests.api.edge import Backing, running_edge
from tests.api.recordings import webm
from tests.overload.process import FLOOD_LIMIT_S, Api, api_process, unharmed

GROWTH_MAX_MB = 120
WEBM_HEAD = webm(0.2)[:200]


@pytest.fixture(scope="module")
async def api(
    engine: AsyncEngine,
    temporal_client: Client,
    temporal_address: str,
    database_url: str,
    redis_url: str,
) -> AsyncGenerator[Api]:
    async with connect(f"{redis_url}/3") as redis:
        backing = Backing(engine, redis, temporal_client, database_url, f"{redis_url}/3")
        async with api_process(backing, temporal_address) as api:
            yield api


@pytest.fixture
async def media(redis_url: str) -> AsyncGenerator[CallStreams]:
    """What the media side writes with."""
    async with connect(f"{redis_url}/3") as redis:
        yield CallStreams(redis)


async def codes(caller: Caller) -> set[str]:
    """Return the codes of all errors until the server closes; it says why it does."""
    told: set[str] = set()
    try:
        while True:
            message = (await caller.hear_any()).message
            if message["type"] == "error":
                told.add(str(message["code"]))
    except ConnectionClosed:
        assert (caller.socket.close_reason or "").split(":")[0] in told
        return told


async def told(caller: Caller, code: str) -> None:
    """Wait until the server has refused something for this reason."""
    while (await caller.hear_any()).message.get("code") != code:
        pass


async def throw(caller: Caller, frame: str | bytes, times: int) -> None:
    """Send a frame over and over, for as long as the server takes it."""
    try:
        for _ in range(times):
            await caller.socket.send(frame)
    except ConnectionClosed:
        return


async def sockets_that_say_nothing(api: Api, pin: str) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(300):
            caller = await stack.enter_async_context(calling(api.url))
            await caller.expect("authentication_required")


async def handshakes_that_never_end(api: Api, pin: str) -> None:
    begun = b"GET /voice HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\n"
    writers: list[asyncio.StreamWriter] = []
    try:
        for number in range(300):
            _, writer = await asyncio.open_connection("127.0.0.1", api.port)
            writers.append(writer)
            writer.write(begun[: number % len(begun)])
            await writer.drain()
    finally:
        for writer in writers:
            writer.transport.abort()


async def giant_frames(api: Api, pin: str) -> None:
    for size, code in ((FRAME_MAX_BYTES + 1, 1009), (BINARY_MAX_BYTES + 1, None)):
        for _ in range(10):
            async with calling(api.url) as caller:
                await caller.expect("authentication_required")
                await throw(caller, bytes(size), 1)
                if code is None:
                    await caller.expect_error("not_started")
                    await throw(caller, "x" * size, 1)
                    await caller.expect_error("message_too_large")
                else:
                    assert (await caller.closed())[0] == code


async def frames_of_a_byte_before_signing_in(api: Api, pin: str) -> None:
    async with calling(api.url) as caller:
        sending = asyncio.create_task(throw(caller, b"\x00", 5_000))
        assert {"not_started", "too_many_errors"} <= await codes(caller)
        await sending


async def frames_of_a_sample_in_a_call(api: Api, pin: str) -> None:
    async with calling(api.url) as caller:
        await caller.begin(pin)
        sending = asyncio.create_task(throw(caller, b"\x00\x00", 50_000))
        assert {"too_many_messages", "too_many_errors"} <= await codes(caller)
        await sending


async def nonsense(api: Api, pin: str) -> None:
    for frame in ("{" * 10_000, "[" * 10_000, json.dumps({"type": "x" * 9_000}), "\x00"):
        async with calling(api.url) as caller:
            sending = asyncio.create_task(throw(caller, frame, 1_000))
            assert "too_many_errors" in await codes(caller)
            await sending


async def containers_of_nonsense(api: Api, pin: str) -> None:
    for _ in range(5):
        async with calling(api.url) as caller:
            await caller.begin(pin, encoding="webm_opus")
            await caller.socket.send(WEBM_HEAD)
            for _ in range(20):
                await caller.socket.send(os.urandom(20_000))
            await told(caller, "bad_audio")


async def pins_tried_from_everywhere(api: Api, pin: str) -> None:
    async def guess() -> None:
        async with calling(api.url) as caller:
            sending = asyncio.create_task(throw(caller, '{"type":"authenticate","pin":"0"}', 200))
            assert "too_many_errors" in await codes(caller)
            await sending

    await asyncio.gather(*(guess() for _ in range(20)))


async def words_without_end(api: Api, pin: str) -> None:
    async with calling(api.url) as caller:
        await caller.begin(pin)
        sending = asyncio.create_task(throw(caller, '{"type":"text","text":"hello"}', 2_000))
        assert {"too_many_messages", "too_many_errors"} <= await codes(caller)
        await sending


FLOODS = (
    sockets_that_say_nothing,
    handshakes_that_never_end,
    giant_frames,
    frames_of_a_byte_before_signing_in,
    frames_of_a_sample_in_a_call,
    nonsense,
    containers_of_nonsense,
    pins_tried_from_everywhere,
    words_without_end,
)


@pytest.mark.parametrize("flood", FLOODS, ids=[flood.__name__ for flood in FLOODS])
async def test_a_flood_harms_nobody_else(
    api: Api, ada: str, bob: str, media: CallStreams, flood: Callable[[Api, str], Awaitable[None]]
) -> None:
    before = api.memory_mb
    async with unharmed(api, media, ada), asyncio.timeout(FLOOD_LIMIT_S):
        await flood(api, bob)
    assert api.memory_mb - before < GROWTH_MAX_MB


async def test_what_slow_readers_do_not_take_is_not_kept_for_them_here(
    api: Api, ada: str, bob: str, media: CallStreams
) -> None:
    # Far more than is kept for a caller who comes back: 4 times 75 MB, in chunks as they are sent.
    chunks, before = [(Audio(turn_id="t", ms=100), os.urandom(4_800))] * 200, api.memory_mb
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(unharmed(api, media, ada))
        for _ in range(4):
            caller = await stack.enter_async_context(calling(api.url, max_queue=1))
            _, call_id = await caller.begin(bob)
            raw = caller.socket.transport.get_extra_info("socket")
            raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4_096)
            for _ in range(80):
                await media.emit(call_id, chunks)
            stack.callback(caller.socket.transport.abort)
    assert api.memory_mb - before < GROWTH_MAX_MB


async def test_the_oldest_of_too_many_who_say_nothing_makes_way(
    own: Backing, ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.state.ANONYMOUS_MAX", 3)
    async with AsyncExitStack() as stack:
        edge = await stack.enter_async_context(running_edge(own))
        signed_in = await stack.enter_async_context(calling(edge.voice_url))
        await signed_in.sign_in(ada)
        silent: list[Caller] = []
        for _ in range(4):
            silent.append(await stack.enter_async_context(calling(edge.voice_url)))
            await silent[-1].expect("authentication_required")
        await silent[0].expect_error("too_many_connections")
        assert (await silent[0].closed())[0] == 1013
        await signed_in.start()
        await silent[-1].say(type="authenticate", pin=ada)
        await silent[-1].expect("authenticated")


async def test_who_says_nothing_for_too_long_is_told_so_and_sent_away(
    own: Backing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.voice.socket.SIGN_IN_WITHIN_S", 0.1)
    async with running_edge(own) as edge, calling(edge.voice_url) as caller:
        await caller.expect("authentication_required")
        await caller.expect_error("idle")
        assert (await caller.closed())[0] == 1008
