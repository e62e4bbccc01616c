import json
import socket as sockets

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.voice.line import SEND_LIMIT_S
from api.voice.messages import BINARY_MAX_BYTES, FRAME_MAX_BYTES, TEXT_MAX_BYTES
from convonet.contracts.voice import Audio
from convonet.redis.calls import CallStreams
from convonet.redis.client import Redis
from tests.api.client import calling
from tests.api.edge import Edge
from tests.api.inbound import control_of
from tests.eventually import eventually

_TYPES = ["authenticate", "resume", "start", "text", "played", "transfer", "ping", "", "nonsense"]
_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
_FIELDS = st.sampled_from(
    ["pin", "session_id", "call_id", "last_seq", "sample_rate", "text", "turn_id", "ms", "t"]
)


def _typed(kind: object, fields: dict[str, object]) -> str:
    return json.dumps({**fields, "type": kind})


_FRAMES = st.one_of(
    st.text(),
    _JSON.map(json.dumps),
    st.builds(_typed, st.sampled_from(_TYPES) | _JSON, st.dictionaries(_FIELDS, _JSON, max_size=4)),
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(frames=st.lists(_FRAMES, min_size=1, max_size=20))
async def test_whatever_is_sent_the_connection_answers_and_goes_on(
    edge: Edge, frames: list[str]
) -> None:
    async with calling(edge.voice_url) as caller:
        await caller.expect("authentication_required")
        for frame in frames:
            await caller.socket.send(frame)
        await caller.say(type="ping", t="the end")
        while (heard := await caller.hear()).message.get("t") != "the end":
            assert heard.type in ("error", "pong", "authentication_failed")


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(frames=st.lists(_FRAMES | st.binary(min_size=1, max_size=50), min_size=1, max_size=20))
async def test_whatever_is_sent_a_call_goes_on(
    edge: Edge, pin: str, frames: list[str | bytes]
) -> None:
    async with calling(edge.voice_url) as caller:
        await caller.begin(pin)
        for frame in frames:
            await caller.socket.send(frame)
        await caller.say(type="ping", t="the end")
        while (heard := await caller.hear()).message.get("t") != "the end":
            assert heard.type in ("error", "pong")


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("{", "bad_json"),
        ("[]", "bad_json"),
        ("7", "bad_json"),
        ('{"type":"dance"}', "unknown_type"),
        ('{"pin":"1234"}', "unknown_type"),
        ('{"type":"text"}', "bad_message"),
        ('{"type":"text","text":" \\u0000 "}', "bad_message"),
        ('{"type":"text","text":7}', "bad_message"),
        ('{"type":"start","sample_rate":1}', "bad_message"),
        ('{"type":"played","turn_id":"t","ms":-1}', "bad_message"),
        ('{"type":"text","text":"' + "x" * TEXT_MAX_BYTES + '"}', "message_too_large"),
    ],
)
async def test_each_fault_has_its_code(edge: Edge, frame: str, code: str) -> None:
    async with calling(edge.voice_url) as caller:
        await caller.expect("authentication_required")
        await caller.socket.send(frame)
        await caller.expect_error(code)


async def test_frames_have_limits(edge: Edge, pin: str) -> None:
    async with calling(edge.voice_url) as caller:
        await caller.begin(pin)
        await caller.socket.send(b"\x00" * (BINARY_MAX_BYTES + 2))
        await caller.expect_error("message_too_large")
        await caller.socket.send(b"\x00" * (FRAME_MAX_BYTES + 1))
        assert (await caller.closed())[0] == 1009


async def test_a_flood_is_answered_with_errors_and_then_cut_off(
    edge: Edge, pin: str, redis: Redis
) -> None:
    async with calling(edge.voice_url) as caller:
        _, call_id = await caller.begin(pin)
        for _ in range(3_000):
            await caller.socket.send('{"type":"played","turn_id":"t","ms":1}')
        await caller.expect_error("too_many_messages")
        while (heard := await caller.hear()).message["code"] == "too_many_messages":
            pass
        assert heard.message["code"] == "too_many_errors"
        assert (await caller.closed())[0] == 1008
    await control_of(redis, call_id, "disconnected")


async def test_a_client_that_does_not_read_is_cut_off_and_can_resume_where_it_was(
    edge: Edge, pin: str, streams: CallStreams
) -> None:
    pcm = b"\x01" * 48_000
    async with calling(edge.voice_url, max_queue=1) as caller:
        session_id, call_id = await caller.begin(pin)
        raw = caller.socket.transport.get_extra_info("socket")
        raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4_096)
        last = 0
        for _ in range(25):
            last = await streams.emit(call_id, [(Audio(turn_id="t1", ms=1_000), pcm)] * 10)
        # Meanwhile another client is served as ever.
        async with calling(edge.voice_url) as other:
            await other.expect("authentication_required")
        last_seq = caller.seq

        async def cut_off() -> bool:
            return await streams.client(call_id) is None

        await eventually(cut_off, SEND_LIMIT_S + 60)
    async with calling(edge.voice_url) as again:
        await again.resume_after_greeting(session_id, call_id, last_seq)
        while again.seq < last:
            assert (await again.hear()).audio == pcm
        await again.expect("call_started")
