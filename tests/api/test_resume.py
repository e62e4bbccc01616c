import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convonet.contracts.voice import Audio, Clear, Reply
from convonet.redis import keys
from convonet.redis.calls import CallStreams, Emission
from convonet.redis.client import Redis
from tests.api.client import Caller, Heard, calling
from tests.api.edge import Edge
from tests.api.inbound import arrived, control_of
from tests.eventually import eventually


def _audio(turn_id: str, size: int) -> Emission:
    return Audio(turn_id=turn_id, ms=size), bytes([size]) * 48 * size


def _clear(turn_id: str) -> Emission:
    return Clear(turn_id=turn_id), b""


def _reply(turn_id: str, text: str) -> Emission:
    return Reply(turn_id=turn_id, text=text, final=False), b""


_TURNS = st.sampled_from(["t1", "t2"])
_EMISSIONS = st.one_of(
    st.builds(_audio, _TURNS, st.integers(1, 40)),
    st.builds(_clear, _TURNS),
    st.builds(_reply, _TURNS, st.text()),
)


async def _take(caller: Caller, until: int) -> list[Heard]:
    heard: list[Heard] = []
    while caller.seq < until:
        heard.append(await caller.hear())
    return heard


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    said=st.lists(_EMISSIONS, min_size=1, max_size=40),
    cuts=st.lists(st.integers(0, 40), min_size=1, max_size=4),
)
async def test_wherever_connections_break_every_message_comes_once_and_in_order(
    edge: Edge,
    other_edge: Edge,
    pin: str,
    streams: CallStreams,
    said: list[Emission],
    cuts: list[int],
) -> None:
    async with calling(edge.voice_url) as caller:
        session_id, call_id = await caller.begin(pin)
        last_seq = caller.seq
        begun_at = last_seq
    told: list[Heard] = []
    rest = list(said)
    for number, cut in enumerate([*cuts, len(said)]):
        now, rest = rest[:cut], rest[cut:]
        # One half is said while nobody is connected, the other while somebody listens.
        away, there = now[: len(now) // 2], now[len(now) // 2 :]
        if away:
            await streams.emit(call_id, away)
        url = (other_edge, edge)[number % 2].voice_url
        async with calling(url) as caller:
            await caller.resume_after_greeting(session_id, call_id, last_seq)
            last = last_seq + len(away) + 2
            if there:
                last = await streams.emit(call_id, there)
            told += await _take(caller, last)
            last_seq = caller.seq
    assert [heard.seq for heard in told] == list(range(begun_at + 1, last_seq + 1))
    ours = ("call_started", "assistant_state")
    content, wanted = _content([heard for heard in told if heard.type not in ours]), _said(said)
    for index, (got, want) in enumerate(zip(content, wanted, strict=True)):
        silenced = got == (*want[:2], b"") and _cleared_later(wanted, index)
        assert got == want or silenced


Content = tuple[str, object, bytes | None]


def _content(told: list[Heard]) -> list[Content]:
    return [(heard.type, heard.message["turn_id"], heard.audio) for heard in told]


def _said(said: list[Emission]) -> list[Content]:
    return [
        (message.model_dump()["type"], message.model_dump()["turn_id"], audio or None)
        for message, audio in said
    ]


def _cleared_later(said: list[Content], index: int) -> bool:
    _, turn_id, _ = said[index]
    return ("clear", turn_id, None) in said[index:]


async def test_a_second_connection_takes_the_call_over_and_the_first_is_told(
    edge: Edge, other_edge: Edge, pin: str, redis: Redis, streams: CallStreams
) -> None:
    async with calling(edge.voice_url) as first, calling(other_edge.voice_url) as second:
        session_id, call_id = await first.begin(pin)
        await second.resume_after_greeting(session_id, call_id, first.seq)
        await second.expect("call_started", call_id=call_id)
        await second.expect("assistant_state", state="listening")
        await first.expect_error("replaced")
        assert (await first.closed())[0] == 4001
        await streams.emit(call_id, [(Clear(turn_id="t9"), b"")])
        await second.expect("clear", turn_id="t9")
        assert await streams.client(call_id) is not None

        async def both_arrived() -> bool:
            return len((await arrived(redis, call_id)).controls) >= 2

        await eventually(both_arrived)
        controls = (await arrived(redis, call_id)).controls
        assert [control["type"] for control in controls] == ["connected", "connected"]


async def test_one_who_was_replaced_can_take_the_call_back_and_miss_nothing(
    edge: Edge, pin: str, streams: CallStreams
) -> None:
    async with calling(edge.voice_url) as first:
        session_id, call_id = await first.begin(pin)
        async with calling(edge.voice_url) as second:
            await second.resume_after_greeting(session_id, call_id, first.seq)
            await second.expect("call_started")
            await first.expect_error("replaced")
    await streams.emit(call_id, [(Clear(turn_id="t9"), b"")])
    async with calling(edge.voice_url) as again:
        await again.resume_after_greeting(session_id, call_id, first.seq)
        await again.expect("assistant_state")
        await again.expect("clear", turn_id="t9")
        await again.expect("call_started")


@pytest.mark.parametrize("seen_the_end", [True, False])
async def test_a_call_that_has_ended_says_so_again(
    edge: Edge, pin: str, redis: Redis, streams: CallStreams, *, seen_the_end: bool
) -> None:
    async with calling(edge.voice_url) as caller:
        session_id, call_id = await caller.begin(pin)
        last_seq = caller.seq
    await control_of(redis, call_id, "disconnected")
    await streams.close(call_id, "idle")
    async with calling(edge.voice_url) as caller:
        await caller.resume_after_greeting(session_id, call_id, last_seq + seen_the_end)
        await caller.expect("call_ended", reason="idle")
        await caller.start()


async def test_strangers_cannot_resume_a_call_and_may_sign_in_instead(edge: Edge, pin: str) -> None:
    async with calling(edge.voice_url) as caller:
        session_id, call_id = await caller.begin(pin)
    async with calling(edge.voice_url) as other:
        other_session = await other.sign_in(pin)
        await other.say(type="resume", session_id=other_session, call_id=call_id, last_seq=0)
        await other.expect_error("unknown_call")
        await other.say(type="resume", session_id="guessed", call_id=call_id, last_seq=0)
        await other.expect_error("unknown_session")
        await other.say(type="resume", session_id=session_id, call_id="guessed", last_seq=0)
        await other.expect_error("unknown_call")
        await other.say(type="resume", session_id=session_id, call_id=call_id, last_seq=10**12)
        await other.expect_error("bad_message")
        await other.start()


async def test_numbering_goes_on_behind_what_the_client_saw_when_redis_lost_its_last_moments(
    edge: Edge, pin: str, redis: Redis, streams: CallStreams
) -> None:
    async with calling(edge.voice_url) as caller:
        session_id, call_id = await caller.begin(pin)
        await streams.emit(call_id, [(Clear(turn_id="t1"), b"")])
        await caller.expect("clear")
        await control_of(redis, call_id, "connected")
    await redis.xdel(keys.outbound(call_id), f"{caller.seq}-0")
    await redis.set(keys.seq(call_id), caller.seq - 1)
    async with calling(edge.voice_url) as again:
        await again.resume_after_greeting(session_id, call_id, caller.seq)
        await again.expect("call_started")


async def test_a_client_that_comes_back_too_late_is_told_what_it_missed(
    edge: Edge, pin: str, redis: Redis, streams: CallStreams
) -> None:
    async with calling(edge.voice_url) as caller:
        session_id, call_id = await caller.begin(pin)
        last_seq = caller.seq
    await streams.emit(call_id, [(Clear(turn_id=f"t{n}"), b"") for n in range(5)])
    await redis.xtrim(keys.outbound(call_id), minid=f"{last_seq + 4}-0", approximate=False)
    async with calling(edge.voice_url) as again:
        await again.resume_after_greeting(session_id, call_id, last_seq)
        missed = await again.hear_any()
        assert (missed.message["code"], missed.seq) == ("missed", last_seq + 3)
        again.seq = missed.seq
        await again.expect("clear", turn_id="t3")


async def test_a_dead_connection_lets_the_call_go_after_its_lease(
    edge: Edge, pin: str, streams: CallStreams
) -> None:
    async with calling(edge.voice_url) as caller:
        _, call_id = await caller.begin(pin)
        caller.socket.transport.abort()

        async def let_go() -> bool:
            return await streams.client(call_id) is None

        await eventually(let_go)
