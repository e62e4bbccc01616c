from collections.abc import AsyncGenerator

import pytest
from pydantic import SecretStr

from convonet.assistant.claude import Claude, claude
from convonet.assistant.graph import Limits
from convonet.assistant.language_model import LanguageModelAssistant
from convonet.settings import Settings
from tests.providers.anthropic import AnthropicServer


@pytest.fixture
async def server() -> AsyncGenerator[AnthropicServer]:
    async with AnthropicServer(models=["claude-haiku-4-5", "claude-haiku-5-5"]) as server:
        yield server


@pytest.fixture
def options(server: AnthropicServer) -> Settings:
    return Settings(
        anthropic_api_key=SecretStr("test-key"),
        anthropic_base_url=server.base_url,
        anthropic_model="claude-haiku-4-5",
    )


@pytest.fixture
async def model(options: Settings) -> AsyncGenerator[Claude]:
    model = claude(options)
    yield model
    await model.aclose()


@pytest.fixture
def assistant(model: Claude) -> LanguageModelAssistant:
    return LanguageModelAssistant(model, "Claude claude-haiku-4-5", Limits(20, 40))
