"""The real database."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from convonet.db.engine import Sessions, sessionmaker


@pytest.fixture(scope="session")
async def sessions(engine: AsyncEngine) -> Sessions:
    return sessionmaker(engine)
