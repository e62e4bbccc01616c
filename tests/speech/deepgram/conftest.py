"""A Deepgram of our own for every test, and engines that talk to it."""

from collections.abc import AsyncGenerator

import pytest_asyncio

from tests.providers.deepgram import Deepgram, running


@pytest_asyncio.fixture
async def deepgram() -> AsyncGenerator[Deepgram]:
    async with running() as server:
        yield server
