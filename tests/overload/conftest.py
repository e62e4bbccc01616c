"""A Redis database in which nobody else counts calls, and people to place them."""

from collections.abc import AsyncGenerator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from convonet.db.engine import sessionmaker
from convonet.db.pins import hash_pin
from convonet.redis.calls import CallStreams
from convonet.redis.client import Redis, connect
from tests.api.edge import SECRET, Backing
from tests.db import people


@pytest.fixture
async def own_redis(redis_url: str) -> AsyncGenerator[Redis]:
    async with connect(f"{redis_url}/2") as redis:
        await redis.flushdb()
        yield redis


@pytest.fixture
def own(
    engine: AsyncEngine,
    own_redis: Redis,
    temporal_client: Client,
    database_url: str,
    redis_url: str,
) -> Backing:
    """What an edge stands on, with a count of calls of its own."""
    return Backing(engine, own_redis, temporal_client, database_url, f"{redis_url}/2")


@pytest.fixture
def own_streams(own_redis: Redis) -> CallStreams:
    """What the media side writes with."""
    return CallStreams(own_redis)


async def new_pin(engine: AsyncEngine) -> str:
    pin = people.new_pin()
    await people.add_user(sessionmaker(engine), "Ada", pin_hash=hash_pin(SECRET, pin))
    return pin


@pytest.fixture
async def ada(engine: AsyncEngine) -> str:
    """A voice PIN."""
    return await new_pin(engine)


@pytest.fixture
async def bob(engine: AsyncEngine) -> str:
    """Another one's."""
    return await new_pin(engine)
