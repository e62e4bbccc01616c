"""What a caller needs of a side's own socket."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Final, Literal, Protocol

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

AWAY: Final = (ConnectionClosed, InvalidHandshake, OSError, TimeoutError)
"""What a side that is down, restarting or dead raises."""

OPEN_S: Final = 15.0

Clear = Literal["clear"]
Arrival = bytes | Clear
"""Sound (mono, 16-bit, 24 kHz), or word that the rest of it is not to be played."""


class Wire(Protocol):
    """One call over a side's browser socket, at 16 kHz up and 24 kHz down, mono, 16-bit."""

    async def open(self) -> None:
        """Connect and begin a call."""
        ...

    async def reopen(self) -> None:
        """Connect again after the connection was lost, as the side's own client would."""
        ...

    async def say(self, frame: bytes) -> None:
        """Send 20 ms of the microphone."""
        ...

    def arrivals(self) -> AsyncIterator[Arrival]:
        """Yield what comes back, until the connection is lost."""
        ...

    async def played(self, seconds: float) -> None:
        """Report how much of the present reply has sounded, where the side wants to know."""
        ...

    async def close(self) -> None:
        """Hang up."""
        ...


Dial = Callable[[], Wire]
"""Makes the wire of one call."""


async def connected(url: str) -> ClientConnection:
    """Connect; what is sent leaves at once and uncompressed."""
    async with asyncio.timeout(OPEN_S):
        return await connect(url, compression=None, max_size=2**20, ping_interval=None)


def opened(socket: ClientConnection | None) -> ClientConnection:
    """Return a call's socket.

    Raises:
        ConnectionResetError: the call was not opened.
    """
    if socket is None:
        raise ConnectionResetError("the call was not opened")
    return socket
