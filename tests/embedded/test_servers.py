from redis.asyncio import Redis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client


async def test_database_is_ready_and_migrated(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        assert await connection.scalar(text("select count(*) from alembic_version")) == 1


async def test_redis_keeps_an_append_only_file(redis: Redis) -> None:
    assert (await redis.config_get("appendonly")) == {"appendonly": "yes"}


async def test_temporal_has_its_namespace(temporal_client: Client) -> None:
    request = DescribeNamespaceRequest(namespace="default")
    found = await temporal_client.workflow_service.describe_namespace(request)
    assert found.namespace_info.name == "default"
