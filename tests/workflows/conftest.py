import sysconfig
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from temporal import search
from tests.workflows.deployment import Deployment

DEV_SERVER = Path(sysconfig.get_path("scripts")) / "temporal"
TEST_SERVER = Path(sysconfig.get_path("scripts")) / "temporal-test-server"


@asynccontextmanager
async def _time_skipping() -> AsyncGenerator[WorkflowEnvironment]:
    async with await WorkflowEnvironment.start_time_skipping(
        data_converter=pydantic_data_converter, test_server_existing_path=str(TEST_SERVER)
    ) as env:
        keyword = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD
        attributes = {key.name: keyword for key in search.ALL}
        await env.client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace="default", search_attributes=attributes)
        )
        yield env


@pytest.fixture(scope="session")
async def env() -> AsyncGenerator[WorkflowEnvironment]:
    """A server for every test that does not wait for time to pass."""
    async with _time_skipping() as env:
        yield env


@pytest.fixture
async def convonet(env: WorkflowEnvironment) -> AsyncGenerator[Deployment]:
    """Running workers; at the end every call is played again from its own history."""
    convonet = Deployment(env.client)
    async with convonet.running():
        yield convonet
        await convonet.replay()


@pytest.fixture
async def timeless() -> AsyncGenerator[Deployment]:
    """The same on a server of its own, where minutes pass at once.

    On a shared one an activity of another test, abandoned by its workflow, would hold the clock.
    """
    async with _time_skipping() as env:
        convonet = Deployment(env.client)
        async with convonet.running():
            yield convonet
            await convonet.replay()


@pytest.fixture(scope="session")
async def dev_env() -> AsyncGenerator[WorkflowEnvironment]:
    """The real server, which finds a history long after a few turns."""
    async with await WorkflowEnvironment.start_local(
        data_converter=pydantic_data_converter,
        dev_server_existing_path=str(DEV_SERVER),
        dev_server_extra_args=[
            "--dynamic-config-value",
            "limit.historyCount.suggestContinueAsNew=60",
            "--dynamic-config-value",
            'history.timerProcessorMaxTimeShift="20ms"',
        ],
        search_attributes=search.ALL,
    ) as env:
        yield env


@pytest.fixture
async def real(dev_env: WorkflowEnvironment) -> AsyncGenerator[Deployment]:
    """Running workers on the real server."""
    convonet = Deployment(dev_env.client)
    async with convonet.running():
        yield convonet
        await convonet.replay()
