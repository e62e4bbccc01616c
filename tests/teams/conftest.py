"""A tool host on the real database, and an API beside it."""

from collections.abc import AsyncGenerator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from convonet.db.engine import Sessions, sessionmaker
from convonet.tools.host import ToolHost, own_servers


@pytest.fixture(scope="session")
async def sessions(engine: AsyncEngine) -> Sessions:
    return sessionmaker(engine)


@pytest.fixture(scope="session")
async def host(sessions: Sessions) -> AsyncGenerator[ToolHost]:
    async with ToolHost(own_servers(sessions)) as host:
        yield host
