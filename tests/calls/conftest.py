"""A whole Convonet, started as people start it, on provider servers of our own."""

import asyncio
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from tests.calls.placing import Ground
from tests.embedded.instance import Instance
from tests.providers.anthropic import AnthropicServer
from tests.providers.anthropic_replies import Reply
from tests.providers.deepgram import Deepgram, running


@dataclass
class Providers:
    """A Convonet whose Claude and Deepgram are ours."""

    ground: Ground
    deepgram: Deepgram
    claude: AnthropicServer

    @contextmanager
    def answering(self, words: str) -> Generator[None]:
        """Have Claude answer with these words, however often whoever is killed has asked."""

        def answer(_request: Mapping[str, object]) -> Reply:
            return Reply(words)

        usual, self.claude.otherwise = self.claude.otherwise, answer
        try:
            yield
        finally:
            self.claude.otherwise = usual


@pytest.fixture(scope="session")
async def providers(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Providers]:
    async with running() as deepgram, AnthropicServer() as claude:
        instance = Instance(tmp_path_factory.mktemp("providers") / "home")
        instance.env |= {
            "ANTHROPIC_API_KEY": "test-key",
            "ANTHROPIC_BASE_URL": claude.base_url,
            "DEEPGRAM_API_KEY": "test-key",
            "DEEPGRAM_BASE_URL": deepgram.base_url,
        }
        try:
            await asyncio.to_thread(instance.up)
            yield Providers(Ground(instance), deepgram, claude)
        finally:
            await asyncio.to_thread(instance.end)
