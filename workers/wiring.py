"""From settings to adapters: the only place that knows which vendor does what."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager

from pydantic import SecretStr

from convonet.assistant.ports import Assistant
from convonet.errors import SettingsError
from convonet.settings import Settings
from convonet.speech.ports import Engines

# Adapters are imported where they are chosen: a worker that is restarted in the middle of a call
# loads only what it uses.


@asynccontextmanager
async def assistant(settings: Settings) -> AsyncGenerator[Assistant]:
    """Open Claude when there is a key, and the assistant that needs none otherwise."""
    from convonet.assistant.language_model import LanguageModelAssistant  # noqa: PLC0415

    if settings.anthropic_api_key is not None:
        from convonet.assistant.claude import claude, claude_name  # noqa: PLC0415

        async with aclosing(claude(settings)) as model:
            yield LanguageModelAssistant(model, claude_name(settings))
        return
    from convonet.assistant.offline.model import NAME, OfflineChatModel  # noqa: PLC0415

    offline = OfflineChatModel()
    await asyncio.to_thread(offline.warm_up)
    yield LanguageModelAssistant(offline, NAME)


def engines(settings: Settings) -> Engines:
    """Return Deepgram when there is a key, and the engines of this machine otherwise."""
    if settings.deepgram_api_key is not None:
        from convonet.speech.deepgram.engines import deepgram_engines  # noqa: PLC0415

        return deepgram_engines(settings)
    from convonet.speech.local.load import load_engines  # noqa: PLC0415

    return load_engines(settings)


def needed(value: SecretStr | None, name: str) -> str:
    """Return a setting that must be there by now.

    Raises:
        SettingsError: it is not; `convonet up` sets it for the processes it starts.
    """
    if value is None:
        raise SettingsError(f"{name}: must be set, or start everything with `convonet up`")
    return value.get_secret_value()
