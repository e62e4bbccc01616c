"""A tool host on the real database, whose clock stands still."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from convonet.db.engine import Sessions, sessionmaker
from convonet.tools.host import ToolHost, own_servers
from tests.db.people import add_user, caller
from tests.tools.calls import Client

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
"""A Wednesday, 10:00 in Berlin."""


@pytest.fixture(scope="session")
async def sessions(engine: AsyncEngine) -> Sessions:
    return sessionmaker(engine)


@pytest.fixture(scope="session")
async def host(sessions: Sessions) -> AsyncGenerator[ToolHost]:
    async with ToolHost(own_servers(sessions, clock=lambda: NOW)) as host:
        yield host


@pytest.fixture
async def ada(host: ToolHost, sessions: Sessions) -> Client:
    """Return a caller in Berlin who has nothing yet."""
    user_id = await add_user(sessions, "Ada", time_zone="Europe/Berlin")
    return Client(host, await caller(sessions, user_id))
