"""Real servers for every test: one PostgreSQL, Valkey and Temporal a session.

Tests share them and keep apart by unique ids; nothing is truncated between tests.
"""

from collections.abc import AsyncGenerator, Generator

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from convonet.db.engine import create_engine
from convonet.db.migrate import upgrade
from convonet.embedded.servers import Stack, Wanted, servers
from convonet.redis.client import Redis, connect
from tests.calls.placing import Ground
from tests.embedded.instance import Instance

# No test is about how fast the machine is, nor fails today for an example nobody looked for:
# `--hypothesis-profile searching` looks for new ones.
PATIENT = [HealthCheck.too_slow]
settings.register_profile("searching", deadline=None, suppress_health_check=PATIENT)
settings.register_profile(
    "patient", deadline=None, suppress_health_check=PATIENT, derandomize=True, database=None
)
settings.load_profile("patient")


@pytest.fixture(scope="session")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Stack]:
    """The three servers, in a folder of this session."""
    home = tmp_path_factory.mktemp("convonet") / "home"
    async with servers(home, Wanted(durable=False)) as stack:
        yield stack


@pytest.fixture(scope="session")
async def database_url(stack: Stack) -> str:
    """A migrated database."""
    await upgrade(stack.database_url)
    return stack.database_url


@pytest.fixture(scope="session")
def redis_url(stack: Stack) -> str:
    return stack.redis_url


@pytest.fixture(scope="session")
def temporal_address(stack: Stack) -> str:
    return stack.temporal_address


@pytest.fixture(scope="session")
async def engine(database_url: str) -> AsyncGenerator[AsyncEngine]:
    engine = create_engine(database_url)
    yield engine
    await engine.dispose()


@pytest.fixture(scope="session")
async def redis(redis_url: str) -> AsyncGenerator[Redis]:
    async with connect(redis_url) as redis:
        yield redis


@pytest.fixture(scope="session")
async def temporal_client(temporal_address: str) -> Client:
    return await Client.connect(temporal_address, data_converter=pydantic_data_converter)


@pytest.fixture(scope="session")
def offline(tmp_path_factory: pytest.TempPathFactory) -> Generator[Ground]:
    """A whole Convonet, started as people start it, as it is without any key."""
    instance = Instance(tmp_path_factory.mktemp("offline") / "home")
    for name in ("ANTHROPIC_API_KEY", "DEEPGRAM_API_KEY"):
        instance.env.pop(name, None)
    try:
        instance.up()
        yield Ground(instance)
    finally:
        instance.end()
