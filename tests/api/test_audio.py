import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convonet.redis.client import Redis
from tests.api.client import calling
from tests.api.edge import Edge
from tests.api.inbound import audio_of, control_of
from tests.api.recordings import loudest_hz, pieces, tone, wav, webm

SECOND = 32_000
"""Bytes of a second of 16 kHz mono 16-bit."""


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(sizes=st.lists(st.integers(1, 4_000), min_size=1, max_size=30))
async def test_pcm_arrives_byte_for_byte_whatever_its_pieces(
    edge: Edge, pin: str, redis: Redis, sizes: list[int]
) -> None:
    sent = tone(2, 16_000)[: sum(sizes) & ~1]
    async with calling(edge.voice_url) as caller:
        _, call_id = await caller.begin(pin)
        start = 0
        for size in sizes:
            await caller.socket.send(sent[start : start + size])
            start += size
        if len(sent) >= 12:
            assert await audio_of(redis, call_id, len(sent)) == sent


@pytest.mark.parametrize("rate", [8_000, 44_100, 48_000])
async def test_pcm_of_other_rates_is_resampled(
    edge: Edge, pin: str, redis: Redis, rate: int
) -> None:
    async with calling(edge.voice_url) as caller:
        _, call_id = await caller.begin(pin, sample_rate=rate)
        for piece in pieces(tone(2, rate), 641):
            await caller.socket.send(piece)
        heard = await audio_of(redis, call_id, int(1.9 * SECOND))
    assert loudest_hz(heard) == pytest.approx(440, abs=2)


@pytest.mark.parametrize("announced", ["webm_opus", "pcm_s16le"])
async def test_webm_is_recognised_by_its_bytes_not_by_what_was_announced(
    edge: Edge, pin: str, redis: Redis, announced: str
) -> None:
    async with calling(edge.voice_url) as caller:
        _, call_id = await caller.begin(pin, encoding=announced)
        for piece in pieces(webm(2), 500):
            await caller.socket.send(piece)
        heard = await audio_of(redis, call_id, int(1.9 * SECOND))
    assert loudest_hz(heard) == pytest.approx(440, abs=2)


@pytest.mark.parametrize("file", [webm(2, "ogg"), wav(2, 44_100)], ids=["ogg", "wav"])
async def test_ogg_and_wav_are_understood_too(
    edge: Edge, pin: str, redis: Redis, file: bytes
) -> None:
    async with calling(edge.voice_url) as caller:
        _, call_id = await caller.begin(pin)
        for piece in pieces(file, 1_000):
            await caller.socket.send(piece)
        heard = await audio_of(redis, call_id, int(1.8 * SECOND))
    assert loudest_hz(heard) == pytest.approx(440, abs=2)


async def test_a_recorder_that_was_restarted_goes_on_in_the_same_call(
    edge: Edge, pin: str, redis: Redis
) -> None:
    async with calling(edge.voice_url) as caller:
        _, call_id = await caller.begin(pin)
        for _ in range(2):
            for piece in pieces(webm(1), 500):
                await caller.socket.send(piece)
        heard = await audio_of(redis, call_id, int(1.9 * SECOND))
    assert loudest_hz(heard) == pytest.approx(440, abs=2)


async def test_webm_goes_on_being_decoded_on_another_instance(
    edge: Edge, other_edge: Edge, pin: str, redis: Redis
) -> None:
    stream = webm(4)
    # A recorder's pieces end where a block ends.
    cut = stream.index(b"\xa3", len(stream) // 2)
    async with calling(edge.voice_url) as caller:
        session_id, call_id = await caller.begin(pin)
        for piece in pieces(stream[:cut], 700):
            await caller.socket.send(piece)
        before = len(await audio_of(redis, call_id, int(1.5 * SECOND)))
    await control_of(redis, call_id, "disconnected")
    async with calling(other_edge.voice_url) as caller:
        await caller.resume_after_greeting(session_id, call_id, caller.seq + 3)
        await caller.expect("call_started")
        for piece in pieces(stream[cut:], 700):
            await caller.socket.send(piece)
        heard = await audio_of(redis, call_id, before + int(1.0 * SECOND))
    assert loudest_hz(heard[before:]) == pytest.approx(440, abs=2)


@pytest.mark.parametrize(
    "bad",
    [
        b"\x1a\x45\xdf\xa3" + b"no webm at all" * 10_000,
        b"\x00\x00\x00\x20ftypisom" + b"\x00" * 500,
        b"OggS" + b"\xff" * 140_000,
    ],
    ids=["webm", "mp4", "ogg"],
)
async def test_what_cannot_be_decoded_is_refused_and_the_call_goes_on(
    edge: Edge, pin: str, redis: Redis, bad: bytes
) -> None:
    async with calling(edge.voice_url) as caller:
        _, call_id = await caller.begin(pin)
        await caller.socket.send(bad)
        await caller.expect_error("bad_audio")
        await caller.socket.send(tone(1, 16_000))
        assert await audio_of(redis, call_id, SECOND) == tone(1, 16_000)


async def test_audio_may_be_ahead_of_real_time_as_far_as_a_page_buffers_and_no_further(
    edge: Edge, pin: str, redis: Redis
) -> None:
    second = tone(1, 16_000)
    async with calling(edge.voice_url) as caller:
        _, call_id = await caller.begin(pin)
        for _ in range(30):
            await caller.socket.send(second)
        await audio_of(redis, call_id, 30 * SECOND)
        for _ in range(40):  # more than real time can have brought by now
            await caller.socket.send(second)
        await caller.expect_error("audio_too_fast")
        await caller.say(type="text", text="still there")
        await control_of(redis, call_id, "text")
