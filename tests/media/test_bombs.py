import asyncio

import pytest

from convonet.errors import Invalid
from convonet.media.decoding import Container, ContainerDecoder
from tests.media import bombs

SPEECH = b"\x01\x02" * 1_600


async def _decoded(kind: Container, stream: bytes) -> int:
    """Return how many bytes of PCM came out."""
    total = 0

    async def sink(pcm: bytes) -> None:
        nonlocal total
        total += len(pcm)

    decoder = ContainerDecoder(kind, sink)
    running = asyncio.create_task(decoder.run())
    for start in range(0, len(stream), 100_000):
        await decoder.feed(stream[start : start + 100_000])
    decoder.finish()
    async with asyncio.timeout(120):
        await running
    return total


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 48_000, 96_000, 192_000])
async def test_rates_that_microphones_have_are_decoded(rate: int) -> None:
    assert await _decoded(Container.WAV, bombs.wav(rate, SPEECH * 40)) > 0


@pytest.mark.parametrize("rate", [1, 100, 7_999, 192_001])
@pytest.mark.parametrize("kind", [Container.WAV, Container.WEBM])
async def test_rates_that_no_microphone_has_are_refused(kind: Container, rate: int) -> None:
    is_wav = kind is Container.WAV
    stream = bombs.wav(rate, SPEECH) if is_wav else bombs.webm(rate, [SPEECH])
    with pytest.raises(Invalid, match="Hz"):
        await _decoded(kind, stream)


async def test_more_channels_than_a_microphone_has_are_refused() -> None:
    with pytest.raises(Invalid, match="channels"):
        await _decoded(Container.WEBM, bombs.webm(16_000, [SPEECH], channels=16))


async def test_a_block_that_says_it_is_huge_is_not_gathered_in_memory() -> None:
    stream = bombs.webm(16_000, [SPEECH]) + bombs.block(200 << 20) + bytes(8 << 20)
    with pytest.raises(Invalid, match="no sound"):
        await _decoded(Container.WEBM, stream)


async def test_long_streams_are_decoded_to_their_end() -> None:
    blocks = [SPEECH] * 1_500
    assert await _decoded(Container.WEBM, bombs.webm(16_000, blocks)) == 1_500 * len(SPEECH)
