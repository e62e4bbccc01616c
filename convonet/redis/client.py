"""Connect to Redis."""

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import BusyLoadingError, ConnectionError, TimeoutError  # noqa: A004

AWAY = (ConnectionError, TimeoutError, BusyLoadingError, OSError)
"""What a Redis that is down, restarting or unreachable raises."""

REPLY_TIMEOUT_S = 5.0
"""Longest wait for one reply, blocking reads included: they must block for less."""


def connect(url: str) -> Redis:
    """Return a client; connections open on first use and are kept.

    Commands are tried again for about half a second when a connection breaks, so nothing that
    is sent through it may be harmful twice: the scripts in `calls` are not.
    """
    return Redis.from_url(
        url,
        socket_timeout=REPLY_TIMEOUT_S,
        socket_connect_timeout=2.0,
        socket_keepalive=True,
        retry=Retry(ExponentialWithJitterBackoff(cap=0.2, base=0.02), 3),
        retry_on_error=[ConnectionError, BusyLoadingError],
        health_check_interval=15,
    )
