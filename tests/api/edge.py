"""A whole edge on a free port: real uvicorn, Redis and PostgreSQL; only workflows are played."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from api.app import create_app
from api.server import Server, make_server
from api.state import Connections, State
from convonet.contracts.conversation import ConversationInput
from convonet.db.engine import sessionmaker
from convonet.redis.calls import CallStreams
from convonet.redis.client import Redis
from convonet.settings import Settings
from tests.eventually import eventually

SECRET = "a secret of tests, as long as it has to be"


class PlayedConversations:
    """Takes the place of Temporal: writes down what would have begun."""

    def __init__(self) -> None:
        self.begun: list[ConversationInput] = []
        self.away = False

    async def start(self, opening: ConversationInput, /) -> None:
        if self.away:
            raise RuntimeError("connection refused")
        self.begun.append(opening)


@dataclass
class Edge:
    """One running API process, as far as the outside can tell."""

    port: int
    server: Server
    conversations: PlayedConversations
    connections: Connections

    @property
    def voice_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/voice"

    @property
    def http_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@dataclass(frozen=True)
class Backing:
    """What an edge stands on."""

    engine: AsyncEngine
    redis: Redis
    temporal: Client
    database_url: str
    redis_url: str


def settings_of(backing: Backing, **more: object) -> Settings:
    values: dict[str, object] = {
        "database_url": SecretStr(backing.database_url),
        "redis_url": SecretStr(backing.redis_url),
        "jwt_secret": SecretStr(SECRET),
        # Each test comes from an address of its own, so that its wrong PINs are its own.
        "convonet_trusted_proxies": "127.0.0.1",
        # All of them are one user, and nobody ends the calls they leave behind.
        "convonet_user_calls": 100_000,
        "convonet_user_starts": 100_000,
        **more,
    }
    return Settings.model_validate(values)


class _Server(Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield  # the test runner keeps its own


@asynccontextmanager
async def running_edge(backing: Backing, **more: object) -> AsyncGenerator[Edge]:
    conversations, connections = PlayedConversations(), Connections()
    settings = settings_of(backing, **more)

    @asynccontextmanager
    async def opening(settings: Settings) -> AsyncGenerator[State]:
        yield State(
            settings=settings,
            engine=backing.engine,
            db=sessionmaker(backing.engine),
            redis=backing.redis,
            streams=CallStreams(backing.redis),
            temporal=backing.temporal,
            conversations=conversations,
            connections=connections,
        )

    app = create_app(settings, opening)
    async with serving(settings, app) as (server, port):
        yield Edge(port, server, conversations, connections)


@asynccontextmanager
async def serving(settings: Settings, app: FastAPI) -> AsyncGenerator[tuple[Server, int]]:
    """Serve `app` on a free port."""
    server = _Server(make_server(settings, app, port=0).config, app, lame_duck_s=0.0)
    running = asyncio.create_task(server.serve())

    async def started() -> bool:
        return server.started

    await eventually(started)
    try:
        yield server, int(server.servers[0].sockets[0].getsockname()[1])
    finally:
        server.should_exit = True
        async with asyncio.timeout(60):
            await running
