"""From settings to adapters: the only place that knows which vendor does what."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr
from temporalio.client import Client

from activities.media import MediaSessionRunner
from convonet.assistant.ports import Assistant
from convonet.contracts.conversation import RunMediaSession
from convonet.db.engine import Sessions, create_engine, sessionmaker
from convonet.errors import SettingsError
from convonet.redis import client as redis_client
from convonet.redis.calls import CallStreams
from convonet.redis.media import MediaStore
from convonet.session.quiet import Limits
from convonet.session.session import MediaSession, Surroundings
from convonet.settings import Settings
from convonet.speech.ports import Engines
from convonet.tools.external import ExternalServer
from convonet.tools.host import ToolHost, own_servers
from convonet.tools.mcp_config import read_mcp_config
from workflows.handles import Conversations


@dataclass(frozen=True)
class ConversationParts:
    """What the activities of a conversation need."""

    assistant: Assistant
    tools: ToolHost
    streams: CallStreams
    sessions: Sessions


@asynccontextmanager
async def conversation_parts(settings: Settings) -> AsyncGenerator[ConversationParts]:
    """Open what the activities of a conversation need; close it at the end."""
    engine = create_engine(needed(settings.database_url, "DATABASE_URL"))
    redis = redis_client.connect(needed(settings.redis_url, "REDIS_URL"))
    sessions = sessionmaker(engine)
    try:
        async with (
            ToolHost(own_servers(sessions), external(settings)) as tools,
            assistant(settings) as model,
        ):
            yield ConversationParts(model, tools, CallStreams(redis), sessions)
    finally:
        await redis.aclose()
        await engine.dispose()


@asynccontextmanager
async def media_runner(settings: Settings, client: Client) -> AsyncGenerator[MediaSessionRunner]:
    """Open what media sessions need; yield whoever runs one."""
    redis = redis_client.connect(needed(settings.redis_url, "REDIS_URL"))
    around = Surroundings(
        engines=engines(settings),
        conversations=Conversations(client),
        limits=Limits(
            idle_prompt_s=settings.convonet_idle_prompt_s,
            idle_goodbye_s=settings.convonet_idle_goodbye_s,
            max_call_s=settings.convonet_max_call_s,
            reconnect_s=settings.convonet_reconnect_s,
        ),
    )

    async def run(request: RunMediaSession, attempt: int) -> None:
        await MediaSession(request, attempt, MediaStore(redis, request.call_id), around).run()

    try:
        yield run
    finally:
        await redis.aclose()


@asynccontextmanager
async def assistant(settings: Settings) -> AsyncGenerator[Assistant]:
    """Open Claude when there is a key, and the assistant that needs none otherwise."""
    # Imported where they are chosen: a worker that is restarted in a call loads only what it uses.
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


def external(settings: Settings) -> list[ExternalServer]:
    """Return other people's tool servers, if a configuration names any."""
    path = settings.convonet_mcp_config or Path("mcp_config.json")
    if settings.convonet_mcp_config is None and not path.exists():
        return []
    return [ExternalServer(name, config) for name, config in read_mcp_config(path).items()]


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
