"""Staying alive, and hearing about cancellation, during a long activity."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from temporalio import activity

INTERVAL_S = 0.3
"""Well within the shortest heartbeat timeout; the worker sends fewer than it is given."""

MEDIA_INTERVAL_S = 1.0
"""The same for media sessions, whose timeout is long."""


@asynccontextmanager
async def heartbeating(every_s: float = INTERVAL_S) -> AsyncGenerator[None]:
    """Heartbeat until the block ends."""

    async def beat() -> None:
        while True:
            activity.heartbeat()
            await asyncio.sleep(every_s)

    task = asyncio.create_task(beat(), name="heartbeat")
    try:
        yield
    finally:
        task.cancel()
