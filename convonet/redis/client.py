"""Connect to Redis."""

import asyncio
from collections.abc import Iterable

from redis.asyncio import Connection, Redis, SSLConnection
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import BusyLoadingError, ConnectionError, TimeoutError  # noqa: A004

AWAY = (ConnectionError, TimeoutError, BusyLoadingError, OSError)
"""What a Redis that is down, restarting or unreachable raises."""

REPLY_TIMEOUT_S = 5.0
"""Longest wait for one reply, blocking reads included: they must block for less."""


class _HeedsCancellation(Connection):
    """A connection that never swallows a task's cancellation.

    `redis` writes inside `asyncio.wait_for`, which up to Python 3.11 drops a cancellation that
    comes just as the write is done: the task would live on, and whoever waits for its end hang.
    """

    async def send_packed_command(
        self, command: bytes | str | Iterable[bytes], check_health: bool = True
    ) -> None:
        task = asyncio.current_task()
        before = task.cancelling() if task else 0
        await super().send_packed_command(command, check_health)
        if task is not None and task.cancelling() > before:
            await self.disconnect(nowait=True)
            raise asyncio.CancelledError


class _SecureHeedsCancellation(_HeedsCancellation, SSLConnection):
    """The same over TLS."""


def connect(url: str) -> Redis:
    """Return a client; connections open on first use and are kept.

    Commands are tried again for about half a second when a connection breaks, so nothing that
    is sent through it may be harmful twice: the scripts in `calls` are not.
    """
    redis = Redis.from_url(
        url,
        socket_timeout=REPLY_TIMEOUT_S,
        socket_connect_timeout=2.0,
        socket_keepalive=True,
        retry=Retry(ExponentialWithJitterBackoff(cap=0.2, base=0.02), 3),
        retry_on_error=[ConnectionError, BusyLoadingError],
        health_check_interval=15,
    )
    secure = issubclass(redis.connection_pool.connection_class, SSLConnection)
    redis.connection_pool.connection_class = (
        _SecureHeedsCancellation if secure else _HeedsCancellation
    )
    return redis
