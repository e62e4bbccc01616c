"""The socket to one client: numbers what is sent, never waits for ever."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final, cast

from fastapi import WebSocket
from starlette.websockets import WebSocketDisconnect, WebSocketDisconnected

from api import metrics
from api.voice.endings import TOO_SLOW, Ending, Gone
from convonet.contracts.voice import ServerMessage

logger = logging.getLogger(__name__)

SEND_LIMIT_S: Final = 10.0
"""A client that lets a message wait for longer is cut off; its call can be resumed."""

_CLOSE_LIMIT_S: Final = 2.0

_TEXT, _BINARY = (metrics.MESSAGES.labels("out", kind) for kind in ("text", "binary"))

ABORT: Final = "abort"
"""Where the server leaves the way to drop a connection at once, in the ASGI state."""


class Line:
    """What goes to the client, in order, one message at a time."""

    def __init__(self, socket: WebSocket, send_limit_s: float = SEND_LIMIT_S) -> None:
        self._socket = socket
        self._send_limit_s = send_limit_s
        self._sending = asyncio.Condition()
        self.seq = 0
        """Number of the newest message sent."""

    async def send(self, message: ServerMessage) -> None:
        """Send a message with the next number; for connections without a call.

        Raises:
            Gone: the client is not there any more.
            Ending: the client does not read.
        """
        async with self._sending:
            await self._write(message, self.seq + 1)
            self.seq += 1

    async def repeat(self, message: ServerMessage) -> None:
        """Send a message that uses up no number of the call, because the call's are out of reach.

        It carries the newest number again, so that a resume from it misses nothing.
        """
        async with self._sending:
            await self._write(message, self.seq)

    async def relay(self, seq: int, event: bytes, audio: bytes | None) -> None:
        """Send a call's message (a JSON object without `seq`) and the binary frame behind it."""
        async with self._sending:
            text = f'{{"seq":{seq},{event[1:].decode()}'
            await self._put({"text": text}, *(() if audio is None else ({"bytes": audio},)))
            self.seq = seq
            self._sending.notify_all()

    async def reached(self, seq: int) -> None:
        """Wait until the message with this number has been sent."""
        async with self._sending:
            await self._sending.wait_for(lambda: self.seq >= seq)

    async def close(self, code: int, reason: str) -> None:
        """Close the connection; a client that does not answer is dropped."""
        try:
            async with asyncio.timeout(_CLOSE_LIMIT_S):
                await self._socket.close(code, reason[:120])
        except (TimeoutError, OSError, WebSocketDisconnect, WebSocketDisconnected, RuntimeError):
            logger.debug("the client was gone before it could be told %d %s", code, reason)
        if code == TOO_SLOW:
            self._abort()

    def _abort(self) -> None:
        state = cast("dict[str, object]", self._socket.scope.get("state", {}))
        abort = state.get(ABORT)
        if callable(abort):
            cast("Callable[[], None]", abort)()

    async def _write(self, message: ServerMessage, seq: int) -> None:
        numbered = message.model_copy(update={"seq": seq})
        await self._put({"text": numbered.model_dump_json(exclude_none=True)})

    async def _put(self, *payloads: dict[str, str] | dict[str, bytes]) -> None:
        try:
            async with asyncio.timeout(self._send_limit_s):
                for payload in payloads:
                    await self._socket.send({"type": "websocket.send", **payload})
                    (_BINARY if "bytes" in payload else _TEXT).inc()
        except TimeoutError:
            raise Ending("too_slow", "the client does not read", TOO_SLOW, said=True) from None
        except (WebSocketDisconnect, WebSocketDisconnected, OSError) as error:
            raise Gone from error
