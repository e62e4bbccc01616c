"""Sound for the tests, and the settings that lead to their Deepgram."""

import asyncio
from collections.abc import AsyncIterator

import numpy as np
from deepgram import AsyncDeepgramClient

from convonet.settings import Settings
from convonet.speech.deepgram.connection import deepgram_client
from convonet.speech.ports import INPUT_RATE, EndOfTurn, HeardEvent, ListeningSession


def tone(ms: int) -> bytes:
    """Return something as loud as a voice."""
    seconds = np.arange(INPUT_RATE * ms // 1000) / INPUT_RATE
    return (8_000 * np.sin(2 * np.pi * 220 * seconds)).astype("<i2").tobytes()


def quiet(ms: int) -> bytes:
    """Return digital silence."""
    return bytes(INPUT_RATE * ms // 1000 * 2)


def settings_for(base_url: str, **more: object) -> Settings:
    """Return settings that no environment has a say in."""
    given = {"deepgram_api_key": "test-key", "deepgram_base_url": base_url, **more}
    return Settings.model_validate(given)


def client_for(base_url: str, **more: object) -> AsyncDeepgramClient:
    """Return the SDK's client for a server of ours."""
    return deepgram_client(settings_for(base_url, **more))


async def feed(session: ListeningSession, pcm: bytes, frame_ms: int = 20) -> None:
    """Feed audio in frames, letting the other side run in between."""
    size = INPUT_RATE * frame_ms // 1000 * 2
    for start in range(0, len(pcm), size):
        await session.feed(pcm[start : start + size])
        await asyncio.sleep(0)


async def until_end_of_turn(events: AsyncIterator[HeardEvent]) -> list[HeardEvent]:
    """Return what is heard up to and with the end of the turn."""
    heard: list[HeardEvent] = []
    async with asyncio.timeout(60):
        async for event in events:
            heard.append(event)
            if isinstance(event, EndOfTurn) and not event.eager:
                return heard
    raise AssertionError(f"no end of turn in {heard}")
