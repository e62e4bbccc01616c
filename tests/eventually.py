"""Wait for what another process or task is about to do, where nothing tells of it."""

import asyncio
from collections.abc import Awaitable, Callable

LIMIT_S = 90.0


async def eventually(check: Callable[[], Awaitable[bool]], limit_s: float = LIMIT_S) -> None:
    """Return when `check` is true; fail after the limit."""
    async with asyncio.timeout(limit_s):
        while not await check():  # noqa: ASYNC110 - that is the point of it
            await asyncio.sleep(0.01)
