import asyncio
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator
from typing import cast

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convonet.contracts.conversation import Channel, Providers
from convonet.contracts.speech import Say
from convonet.contracts.voice import Audio, Notice
from convonet.redis import keys
from convonet.redis.calls import AFTERLIFE_S, LIFETIME_S, CallMeta
from convonet.redis.client import Redis
from convonet.redis.inlet import Inlet, Said
from convonet.redis.media import MediaStore
from convonet.redis.streams import Rows
from tests.assistant.conversations import ANN
from tests.redis.edge import EdgeStreams


def meta(call_id: str) -> CallMeta:
    return CallMeta(
        call_id=call_id,
        session_digest="session",
        caller=ANN,
        channel=Channel.BROWSER,
        workflow_id="workflow",
        workflow_url="http://localhost",
        providers=Providers(stt="test", llm="test", tts="test"),
        input_sample_rate=16_000,
        output_sample_rate=24_000,
        started_at="2026-11-18T12:00:00+00:00",
    )


def sentence(index: int, *, epoch: int = 1, step: int = 0, text: str = "Yes.") -> Say:
    return Say(kind="sentence", turn_id="t1", epoch=epoch, step=step, index=index, text=text)


async def keys_of(redis: Redis, call_id: str) -> AsyncGenerator[tuple[str, int]]:
    """Yield each key of a call and how long it lives, in seconds; -1 for ever."""
    found = cast("AsyncIterator[bytes]", redis.scan_iter(match=f"call:{{{call_id}}}:*"))
    async for key in found:
        yield key.decode().rsplit(":", 1)[1], await redis.ttl(key)


async def test_many_senders_at_once_leave_no_gap_in_seq(
    streams: EdgeStreams, redis: Redis, call_id: str
) -> None:
    store = MediaStore(redis, call_id)
    await store.take(0, 1)

    async def emit(sender: int) -> None:
        for number in range(5):
            await streams.emit(call_id, [(Notice(text=f"{sender}.{number}"), b"")] * 2)

    async def advance() -> None:
        for number in range(10):
            audio = (Audio(turn_id="t1", ms=number), b"pcm")
            assert await store.advance({"epoch": number}, [audio])

    await asyncio.gather(advance(), *(emit(sender) for sender in range(4)))
    entries = await streams.follow(call_id, 0, 1, count=100)
    assert [entry.seq for entry in entries] == list(range(1, 51))
    sounds = [json.loads(one.event)["ms"] for one in entries if one.audio]
    assert sounds == list(range(10))


async def test_a_client_that_comes_back_reads_on_behind_what_it_has_seen(
    streams: EdgeStreams, call_id: str
) -> None:
    await streams.create(meta(call_id), last_seq=7)
    newest = await streams.emit(call_id, [(Notice(text="a"), b""), (Notice(text="b"), b"pcm")])
    assert newest == 9
    assert [(one.seq, one.audio) for one in await streams.follow(call_id, 8, 1)] == [(9, b"pcm")]
    assert await streams.follow(call_id, 9, 1) == []
    assert await streams.meta(call_id) == meta(call_id)


async def test_what_is_said_for_an_older_epoch_is_refused(
    streams: EdgeStreams, redis: Redis, call_id: str
) -> None:
    store = MediaStore(redis, call_id)
    await store.take(0, 1)
    assert await streams.say(call_id, sentence(0), 1)
    await store.advance({"epoch": 2})
    assert not await streams.say(call_id, sentence(1), 1)
    assert await streams.say(call_id, sentence(1, epoch=2, step=1), 1)
    assert [say.index for say in await streams.said(call_id, "t1", 0, 1)] == [0]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(writes=st.lists(st.tuples(st.integers(0, 2), st.integers(1, 4)), max_size=12))
async def test_an_attempt_is_refused_once_a_newer_one_has_written_for_its_step(
    streams: EdgeStreams, redis: Redis, call_id: str, writes: list[tuple[int, int]]
) -> None:
    await redis.delete(keys.say(call_id), keys.say_fence(call_id))
    newest: dict[int, int] = {}
    taken: dict[int, list[str]] = {}
    for number, (step, attempt) in enumerate(writes):
        say = sentence(number, step=step, text=str(attempt))
        expected = attempt >= newest.get(step, 0)
        assert await streams.say(call_id, say, attempt) is expected
        if expected:
            newest[step] = attempt
            taken.setdefault(step, []).append(str(attempt))
    for step in range(3):
        said = [say.text for say in await streams.said(call_id, "t1", step, 1)]
        assert said == taken.get(step, [])


async def test_what_was_said_is_read_back_each_index_once(
    streams: EdgeStreams, call_id: str
) -> None:
    for attempt, (index, text) in enumerate([(1, "b"), (0, "a"), (1, "again")], 1):
        await streams.say(call_id, sentence(index, text=text), attempt)
    await streams.say(call_id, sentence(0, step=1, text="other step"), 1)
    assert [say.text for say in await streams.said(call_id, "t1", 0, 1)] == ["a", "b"]
    assert await streams.said(call_id, "t2", 0, 1) == []


async def test_a_call_ends_once_and_its_caller_learns_of_it_in_the_same_step(
    streams: EdgeStreams, call_id: str
) -> None:
    assert await streams.ended(call_id) is None
    outcomes = await asyncio.gather(*(streams.close(call_id, "goodbye") for _ in range(3)))
    assert sorted(outcomes) == [False, False, True]
    assert await streams.ended(call_id) == "goodbye"
    (entry,) = await streams.follow(call_id, 0, 1)
    assert json.loads(entry.event) == {"type": "call_ended", "reason": "goodbye"}


async def test_no_key_of_a_call_lives_for_ever(
    streams: EdgeStreams, redis: Redis, call_id: str
) -> None:
    await streams.create(meta(call_id), last_seq=0)
    inlet = Inlet(redis, call_id, "connection")
    await inlet.append(0, [Said(1, b"pcm")])
    await inlet.save_head(b"head")
    assert await inlet.keep(30)
    store = MediaStore(redis, call_id)
    await store.take(0, 1)
    await store.advance({"epoch": 1}, [(Notice(text="a"), b"")])
    await streams.say(call_id, sentence(0), 1)
    found = {name: ttl async for name, ttl in keys_of(redis, call_id)}
    assert set(found) == {
        "meta", "seq", "in", "webm", "client", "session", "out", "say", "fence",
    }  # fmt: skip
    assert all(0 < ttl <= LIFETIME_S for ttl in found.values())
    await streams.close(call_id, "hangup")
    await streams.expire(call_id)
    found = {name: ttl async for name, ttl in keys_of(redis, call_id)}
    assert "client" not in found
    assert all(0 < ttl <= AFTERLIFE_S for ttl in found.values())


async def test_a_key_that_something_unusual_makes_first_does_not_live_for_ever_either(
    streams: EdgeStreams, redis: Redis, call_id: str
) -> None:
    inlet = Inlet(redis, call_id, "connection")
    await inlet.keep(30)
    await inlet.leave(1)
    await inlet.raise_seq(5)
    await streams.close(call_id, "error")
    found = {name: ttl async for name, ttl in keys_of(redis, call_id)}
    assert {"in", "seq", "session", "out"} <= set(found)
    assert all(ttl > 0 for ttl in found.values())


async def entries(redis: Redis, call_id: str) -> list[bytes]:
    found = cast("Rows", await redis.xrange(keys.inbound(call_id)))
    return [fields[b"a"] for _, fields in found]


async def test_a_batch_whose_reply_was_lost_is_appended_once(redis: Redis, call_id: str) -> None:
    inlet = Inlet(redis, call_id, "connection")
    await inlet.append(0, [Said(1, b"a")])
    sending = asyncio.ensure_future(inlet.append(1, [Said(2, b"b"), Said(3, b"c")]))
    await asyncio.sleep(0)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    for _ in range(2):
        await inlet.append(1, [Said(2, b"b"), Said(3, b"c"), Said(4, b"d")])
    assert await entries(redis, call_id) == [b"a", b"b", b"c", b"d"]


async def test_an_edge_whose_clock_is_behind_still_appends_everything_in_order(
    redis: Redis, call_id: str
) -> None:
    ahead = f"{(time.time_ns() // 1_000_000) + 60_000}-7"
    await redis.xadd(keys.inbound(call_id), {"a": b"other", "t": 0}, id=ahead)
    inlet = Inlet(redis, call_id, "connection")
    for number, pcm in enumerate([b"a", b"b", b"c"]):
        await inlet.append(number, [Said(1, pcm)])
    assert await entries(redis, call_id) == [b"other", b"a", b"b", b"c"]
