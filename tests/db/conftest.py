"""A migrated database, and empty ones for tests that need their own."""

from collections.abc import AsyncGenerator
from uuid import uuid4

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from convonet.db.engine import Sessions, database_address, sessionmaker


@pytest.fixture(scope="session")
async def sessions(engine: AsyncEngine) -> Sessions:
    return sessionmaker(engine)


@pytest.fixture
async def empty_database_url(database_url: str) -> AsyncGenerator[str]:
    name = f"test_{uuid4().hex}"
    engine = create_async_engine(database_address(database_url), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(database_url).set(database=name).render_as_string(hide_password=False)
    async with engine.connect() as connection:
        await connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    await engine.dispose()
