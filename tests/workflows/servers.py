"""Temporal servers for workflows alone, from the wheels."""

import sysconfig
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from temporal import search

_SCRIPTS = Path(sysconfig.get_path("scripts"))
_LONG = 60
"""Events after which the real server finds a history long enough."""


@asynccontextmanager
async def time_skipping() -> AsyncGenerator[Client]:
    """Run a server on which no time is spent waiting."""
    async with await WorkflowEnvironment.start_time_skipping(
        data_converter=pydantic_data_converter,
        test_server_existing_path=str(_SCRIPTS / "temporal-test-server"),
    ) as env:
        keyword = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD
        attributes = {key.name: keyword for key in search.ALL}
        await env.client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace="default", search_attributes=attributes)
        )
        yield env.client


@asynccontextmanager
async def real() -> AsyncGenerator[Client]:
    """Run the real server, which wants long histories continued after a few turns."""
    values = [
        f"limit.historyCount.suggestContinueAsNew={_LONG}",
        'history.timerProcessorMaxTimeShift="20ms"',
    ]
    async with await WorkflowEnvironment.start_local(
        data_converter=pydantic_data_converter,
        identity="caller",
        dev_server_existing_path=str(_SCRIPTS / "temporal"),
        dev_server_extra_args=[f"--dynamic-config-value={value}" for value in values],
        search_attributes=search.ALL,
    ) as env:
        yield env.client
