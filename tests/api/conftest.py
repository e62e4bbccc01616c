"""An edge to call, somebody with a PIN, and the media side's view of a call."""

from collections.abc import AsyncGenerator

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from convonet.db.engine import sessionmaker
from convonet.db.pins import hash_pin
from convonet.redis.calls import CallStreams
from convonet.redis.client import Redis
from tests.api.accounts import Somebody
from tests.api.edge import SECRET, Backing, Edge, running_edge
from tests.db.people import add_user, new_pin


@pytest.fixture(scope="session")
def backing(
    engine: AsyncEngine,
    redis: Redis,
    temporal_client: Client,
    database_url: str,
    redis_url: str,
) -> Backing:
    return Backing(engine, redis, temporal_client, database_url, redis_url)


@pytest.fixture(scope="session")
async def edge(backing: Backing) -> AsyncGenerator[Edge]:
    async with running_edge(backing) as edge:
        yield edge


@pytest.fixture(scope="session")
async def other_edge(backing: Backing) -> AsyncGenerator[Edge]:
    """A second instance of the same API."""
    async with running_edge(backing) as edge:
        yield edge


@pytest.fixture(scope="session")
async def pin(engine: AsyncEngine) -> str:
    """The voice PIN of one Ada."""
    pin = new_pin()
    await add_user(sessionmaker(engine), "Ada", pin_hash=hash_pin(SECRET, pin))
    return pin


@pytest.fixture(autouse=True)
async def calm(redis: Redis) -> None:
    """Nobody has to wait because of the wrong PINs of the tests before."""
    await redis.delete("pin:{all}:tries", "pin:{all}:turn")


@pytest.fixture
def streams(redis: Redis) -> CallStreams:
    """What the media side writes with."""
    return CallStreams(redis)


@pytest.fixture(scope="session")
async def http(edge: Edge) -> AsyncGenerator[httpx.AsyncClient]:
    """A program that asks the edge; it waits as long as a busy machine may take."""
    async with httpx.AsyncClient(base_url=edge.http_url, timeout=60) as http:
        yield http


@pytest.fixture
async def ada(http: httpx.AsyncClient, backing: Backing) -> Somebody:
    """Somebody who has signed in."""
    return await Somebody(http).settle(backing)


@pytest.fixture
async def bob(http: httpx.AsyncClient, backing: Backing) -> Somebody:
    """Somebody else who has signed in."""
    return await Somebody(http).settle(backing)
