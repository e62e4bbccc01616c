import asyncio
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convonet.contracts.speech import Say
from convonet.contracts.voice import Notice
from convonet.errors import Fenced
from convonet.redis import keys
from convonet.redis.client import Redis
from convonet.redis.media import START, MediaStore
from convonet.redis.streams import Rows
from tests.redis.edge import EdgeStreams

HELLO = (Notice(text="hello"), b"")


async def texts(streams: EdgeStreams, call_id: str) -> list[bytes]:
    return [entry.event for entry in await streams.follow(call_id, 0, 1, count=100)]


async def test_a_media_session_that_takes_over_finds_the_state_the_last_one_left(
    redis: Redis, call_id: str
) -> None:
    old, new = MediaStore(redis, call_id), MediaStore(redis, call_id)
    assert "epoch" not in await old.take(0, 1)
    await old.advance({"epoch": 3, "in_cursor": "5-0"})
    state = await new.take(0, 2)
    assert (state["epoch"], state["in_cursor"]) == ("3", "5-0")


async def test_whoever_was_taken_over_from_can_change_nothing(
    redis: Redis, streams: EdgeStreams, call_id: str
) -> None:
    old, new = MediaStore(redis, call_id), MediaStore(redis, call_id)
    await old.take(0, 1)
    await new.take(0, 2)
    with pytest.raises(Fenced):
        await old.advance({"epoch": 9}, [HELLO])
    assert await redis.hget(keys.session(call_id), "epoch") is None
    assert await texts(streams, call_id) == []
    assert await new.advance({"epoch": 1}, [HELLO])


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(takes=st.lists(st.tuples(st.integers(0, 2), st.integers(1, 3)), min_size=1, max_size=8))
async def test_the_newest_generation_and_in_it_the_newest_attempt_has_the_call(
    redis: Redis, call_id: str, takes: list[tuple[int, int]]
) -> None:
    await redis.delete(keys.session(call_id))
    newest = (-1, -1)
    stores: dict[tuple[int, int], MediaStore] = {}
    for take in takes:
        store = MediaStore(redis, call_id)
        if take < newest:
            with pytest.raises(Fenced):
                await store.take(*take)
            continue
        await store.take(*take)
        newest, stores[take] = take, store
    for take, store in stores.items():
        if take != newest:
            with pytest.raises(Fenced):
                await store.advance({"epoch": 9})
    assert await stores[newest].advance({"epoch": 1})


async def test_a_batch_sent_again_changes_nothing(
    redis: Redis, streams: EdgeStreams, call_id: str
) -> None:
    """Its answer was lost: another copy of the store does not know that it was written."""
    store, copy = MediaStore(redis, call_id), MediaStore(redis, call_id)
    await store.take(0, 1)
    await copy.take(0, 1)
    for one in (store, copy):
        assert await one.advance({"epoch": 1}, [HELLO])
    assert len(await texts(streams, call_id)) == 1
    assert await copy.advance({"epoch": 2}, [HELLO])
    assert await copy.advance({"epoch": 2}, [HELLO])
    assert len(await texts(streams, call_id)) == 3


async def test_an_ended_call_takes_nothing_more(
    redis: Redis, streams: EdgeStreams, call_id: str
) -> None:
    store = MediaStore(redis, call_id)
    await store.take(0, 1)
    assert not await store.ended()
    await streams.close(call_id, "goodbye")
    told = await texts(streams, call_id)
    assert not await store.advance({"epoch": 1}, [HELLO])
    assert await store.ended()
    assert await redis.hget(keys.session(call_id), "epoch") is None
    assert await texts(streams, call_id) == told
    assert "ended" in await MediaStore(redis, call_id).take(0, 2)


async def test_both_streams_are_read_from_their_cursors(
    redis: Redis, streams: EdgeStreams, call_id: str
) -> None:
    store = MediaStore(redis, call_id)
    waiting = asyncio.create_task(store.read(START, START, 5_000))
    await streams.append_audio(call_id, b"pcm", 123)
    first, nothing = await waiting
    assert [(one.audio, one.arrived_ms, one.control) for one in first] == [(b"pcm", 123, None)]
    assert nothing == []
    await streams.append_control(call_id, {"type": "text", "text": "hi"}, 124)
    say = Say(kind="sentence", turn_id="t1", epoch=0, step=0, index=0, text="Yes.")
    await streams.say(call_id, say, 1)
    heard, said = await store.read(first[-1].id, START, 5_000)
    if not said:
        _, said = await store.read(heard[-1].id, START, 5_000)
    assert [one.control for one in heard] == [{"type": "text", "text": "hi"}]
    assert [one.say for one in said] == [say]


async def test_a_caller_is_there_while_a_connection_holds_the_call(
    redis: Redis, streams: EdgeStreams, call_id: str
) -> None:
    store = MediaStore(redis, call_id)
    assert not await store.client_is_there()
    await streams.hold_client(call_id, "connection", 30)
    assert await store.client_is_there()
    assert await streams.client(call_id) == "connection"


async def test_audio_long_settled_is_let_go_and_the_rest_is_kept(
    redis: Redis, call_id: str
) -> None:
    key = keys.inbound(call_id)
    pipe = redis.pipeline(transaction=False)
    for second in range(100):
        pipe.xadd(key, {"a": bytes(32_000), "t": 0}, id=f"{(second + 1) * 1_000}-1")
    pipe.expire(key, 60)
    await pipe.execute()
    store = MediaStore(redis, call_id)
    await store.take(0, 1)
    await store.advance({"in_cursor": "60000-1"})
    kept = cast("Rows", await redis.xrange(key))
    assert [int(entry_id.split(b"-")[0]) for entry_id, _ in kept] == [
        (second + 1) * 1_000 for second in range(39, 100)
    ]
