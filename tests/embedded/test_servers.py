import os
import subprocess
from collections.abc import Generator
from pathlib import Path

import pytest
from redis.asyncio import Redis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client

from convonet.db.engine import create_engine
from convonet.embedded.addresses import Wanted
from convonet.embedded.postgres import NOBODY
from convonet.embedded.servers import servers


async def test_database_is_ready_and_migrated(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        assert await connection.scalar(text("select count(*) from alembic_version")) == 1


async def test_redis_keeps_an_append_only_file(redis: Redis) -> None:
    assert (await redis.config_get("appendonly")) == {"appendonly": "yes"}


async def test_temporal_has_its_namespace(temporal_client: Client) -> None:
    request = DescribeNamespaceRequest(namespace="default")
    found = await temporal_client.workflow_service.describe_namespace(request)
    assert found.namespace_info.name == "default"


@pytest.fixture
def zombie() -> Generator[int]:
    """Return the number of a process of PostgreSQL's user that has ended unnoticed."""
    user = NOBODY if os.geteuid() == 0 else None
    with subprocess.Popen(["true"], user=user) as ended:  # noqa: S607 - whichever there is
        os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
        yield ended.pid


async def test_a_dead_database_whose_number_is_still_taken_does_not_stop_the_next(
    tmp_path: Path, zombie: int
) -> None:
    home, wanted = tmp_path / "home", Wanted(redis=False, temporal=False, durable=False)
    async with servers(home, wanted):
        pass
    (home / "postgres" / "data" / "postmaster.pid").write_text(f"{zombie}\n")
    async with servers(home, wanted) as stack:
        engine = create_engine(stack.database_url)
        async with engine.connect() as connection:
            assert await connection.scalar(text("select 1")) == 1
        await engine.dispose()
