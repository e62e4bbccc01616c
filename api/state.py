"""What lives as long as the process, and what a connection is given of it."""

import asyncio
from collections.abc import Callable
from typing import Final, Protocol, TypedDict

from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from convonet.contracts.conversation import ConversationInput
from convonet.db.engine import Sessions
from convonet.redis.calls import CallStreams
from convonet.redis.client import Redis
from convonet.settings import Settings


class StartsConversations(Protocol):
    """What the edge asks of workflows; `workflows.handles.Conversations`."""

    async def start(self, opening: ConversationInput, /) -> object:
        """Begin a conversation."""
        ...


ANONYMOUS_MAX: Final = 1_000
"""Connections of nobody yet that one process keeps open, from all addresses together."""


class Connections:
    """The open connections of this process, and whether they are to go elsewhere."""

    def __init__(self) -> None:
        self.stopping = False
        """The process is to end soon: nobody new should be sent here."""
        self.draining = asyncio.Event()
        """Set when the process is about to end."""
        self._count = 0
        self._none = asyncio.Event()
        self._none.set()
        self._anonymous: dict[str, Callable[[], object]] = {}

    def joined(self) -> None:
        """Note that a connection has begun."""
        self._count += 1
        self._none.clear()

    def left(self) -> None:
        """Note that a connection has ended."""
        self._count -= 1
        if self._count == 0:
            self._none.set()

    def wait_for_name(self, connection_id: str, make_way: Callable[[], object]) -> None:
        """Note a connection that has not signed in; of too many the oldest must `make_way`.

        So whoever has something to say gets in, however many sit there and say nothing.
        """
        self._anonymous[connection_id] = make_way
        if len(self._anonymous) > ANONYMOUS_MAX:
            self._anonymous.pop(next(iter(self._anonymous)))()

    def has_name(self, connection_id: str) -> None:
        """Note that a connection has signed in, or is gone."""
        self._anonymous.pop(connection_id, None)

    async def none_left(self) -> None:
        """Wait until there is no connection."""
        await self._none.wait()


class State(TypedDict):
    """The lifespan's state."""

    settings: Settings
    engine: AsyncEngine
    db: Sessions
    redis: Redis
    streams: CallStreams
    temporal: Client
    conversations: StartsConversations
    connections: Connections
