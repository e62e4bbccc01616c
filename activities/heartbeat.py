"""Staying alive, and hearing about cancellation, during a long activity."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from temporalio import activity

INTERVAL_S = 0.3
"""Well within the shortest heartbeat timeout; the worker sends fewer than it is given."""


@asynccontextmanager
async def heartbeating() -> AsyncGenerator[None]:
    """Heartbeat until the block ends."""

    async def beat() -> None:
        while True:
            activity.heartbeat()
            await asyncio.sleep(INTERVAL_S)

    task = asyncio.create_task(beat(), name="heartbeat")
    try:
        yield
    finally:
        task.cancel()
