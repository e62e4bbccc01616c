"""Connect to Redis."""

import asyncio
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from functools import cached_property
from typing import cast

from redis.asyncio import Connection, SSLConnection
from redis.asyncio import Redis as Pooled
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff, NoBackoff
from redis.exceptions import BusyLoadingError, ConnectionError, TimeoutError  # noqa: A004

from convonet.errors import Unavailable
from convonet.redis.switchboard import Switchboard
from convonet.redis.wire import REPLY_TIMEOUT_S, Wire, WireConnection

AWAY = (ConnectionError, TimeoutError, BusyLoadingError, OSError)
"""What a Redis that is down, restarting or unreachable raises."""


@contextmanager
def answering() -> Generator[None]:
    """Turn "Redis does not answer" into `Unavailable`; let every other error pass."""
    try:
        yield
    except AWAY as error:
        raise Unavailable("Redis does not answer") from error


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


class _SecureWireConnection(WireConnection, SSLConnection):
    """The wire's connection over TLS."""


class Redis(Pooled):
    """A pool of connections for what happens now and then, and two for what happens all the time.

    `wire` carries commands of everybody, `switchboard` waits for entries of streams.
    """

    @cached_property
    def wire(self) -> Wire:
        """What everybody in this process asks through."""
        return Wire(self._wire_connection)

    @cached_property
    def switchboard(self) -> Switchboard:
        """What everybody in this process follows streams through."""
        return Switchboard(self.wire, Wire(self._wire_connection))

    async def aclose(self, close_connection_pool: bool | None = None) -> None:
        """Close every connection."""
        await self.switchboard.close()
        await self.wire.close()
        await super().aclose(close_connection_pool)

    def _wire_connection(self) -> WireConnection:
        pool = self.connection_pool
        secure = issubclass(pool.connection_class, SSLConnection)
        kind = _SecureWireConnection if secure else WireConnection
        options = {**pool.connection_kwargs, "protocol": 2, "retry": Retry(NoBackoff(), 0)}
        return cast("Callable[..., WireConnection]", kind)(**options | {"retry_on_error": []})


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
    return cast("Redis", redis)
