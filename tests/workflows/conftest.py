from collections.abc import AsyncGenerator

import pytest
from temporalio.client import Client

from tests.workflows import servers
from tests.workflows.deployment import Deployment, deployed


@pytest.fixture(scope="session")
async def client() -> AsyncGenerator[Client]:
    """A server for every test that does not wait for time to pass."""
    async with servers.time_skipping() as client:
        yield client


@pytest.fixture(scope="session")
async def real_client() -> AsyncGenerator[Client]:
    """The real server."""
    async with servers.real() as client:
        yield client


@pytest.fixture
async def convonet(client: Client) -> AsyncGenerator[Deployment]:
    """Running workers; at the end every call is played again from its own history."""
    async with deployed(client) as convonet:
        yield convonet
        await convonet.replay()


@pytest.fixture
async def timeless() -> AsyncGenerator[Deployment]:
    """The same on a server of its own, where minutes pass at once.

    On a shared one an activity of another test, abandoned by its workflow, would hold the clock.
    """
    async with servers.time_skipping() as client, deployed(client) as convonet:
        yield convonet
        await convonet.replay()


@pytest.fixture
async def real(real_client: Client) -> AsyncGenerator[Deployment]:
    """The same on the real server."""
    async with deployed(real_client) as convonet:
        yield convonet
        await convonet.replay()
