"""The WebSocket under Deepgram's SDK: the current `websockets` client instead of the legacy one.

The SDK's own sockets negotiate compression for PCM, close for up to ten seconds and hide why
the server refused. Its `transport_factory` is the supported way to bring another one.
"""

import asyncio
from collections.abc import AsyncIterator
from contextvars import ContextVar

from websockets.asyncio.client import ClientConnection, connect

OPEN_S = 5.0
"""Seconds for TCP, TLS and the handshake."""
SEND_S = 5.0
"""Seconds a full socket may keep a sender waiting."""
_PING_S = 5.0
_CLOSE_S = 1.0
_MAX_MESSAGE = 4 * 2**20

_latest: ContextVar["Transport"] = ContextVar("deepgram_transport")


class Transport:
    """One WebSocket, as the SDK wants it; `open` connects, the SDK closes."""

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        self._url = url
        self._headers = headers
        self._connection: ClientConnection | None = None

    async def open(self) -> None:
        """Connect; raises what `websockets` raises, the server's refusal included."""
        self._connection = await connect(
            self._url,
            additional_headers=self._headers,
            user_agent_header=None,
            compression=None,
            open_timeout=OPEN_S,
            ping_interval=_PING_S,
            ping_timeout=_PING_S,
            close_timeout=_CLOSE_S,
            max_size=_MAX_MESSAGE,
        )

    async def send(self, data: str | bytes) -> None:
        """Send one message; raises TimeoutError when the peer has stopped reading."""
        async with asyncio.timeout(SEND_S):
            await self._open_connection.send(data)

    async def recv(self) -> str | bytes:
        """Return the next message."""
        return await self._open_connection.recv()

    async def __aiter__(self) -> AsyncIterator[str | bytes]:
        """Yield messages until the server closes; an abnormal close raises."""
        async for message in self._open_connection:
            yield message

    async def close(self) -> None:
        """Close, within about a second."""
        if self._connection is not None:
            await self._connection.close()

    @property
    def _open_connection(self) -> ClientConnection:
        if self._connection is None:
            raise RuntimeError("the transport is used before it was opened")
        return self._connection


def dial(url: str, headers: dict[str, str]) -> Transport:
    """Make the transport the SDK is about to use; `dialled` returns it. The SDK's factory."""
    transport = Transport(url, headers)
    _latest.set(transport)
    return transport


def dialled() -> Transport:
    """Return the transport made last in this context: the SDK keeps it to itself."""
    return _latest.get()
