"""Serve the application: uvicorn with our limits, and a way out that loses no call."""

import asyncio
import logging
import socket
import time
from typing import Final, cast

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from api.app import create_app
from api.state import Connections
from api.voice.line import ABORT
from api.voice.messages import FRAME_MAX_BYTES
from convonet.settings import Settings
from convonet.startup import our_turn

logger = logging.getLogger(__name__)

FAREWELL_S: Final = 4.0
"""How long clients have to hear that they must resume elsewhere."""

_CLOSING_S: Final = 3
_LOOK_S: Final = 0.1

_HEADERS_MAX: Final = 64 * 1024
_REQUEST_WITHIN_S: Final = 20.0
"""A connection that has brought no request in this time is closed."""


class HttpProtocol(H11Protocol):
    """HTTP by h11, which unlike httptools bounds the headers; nobody may dawdle over a request."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to serve a connection."""
        super().connection_made(transport)
        self._expect_request()

    def _expect_request(self) -> None:
        self.loop.call_later(_REQUEST_WITHIN_S, self._close_if_idle, self.scope)

    def _close_if_idle(self, before: object) -> None:
        if self.transport.is_closing() or self.transport.get_protocol() is not self:
            return  # gone, or a WebSocket now
        if self.scope is before and (not self.cycle or self.cycle.response_complete):
            self.transport.close()
        else:
            self._expect_request()


class VoiceProtocol(WebSocketsSansIOProtocol):
    """WebSockets whose application can drop a client that does not read.

    A close frame would only queue up behind what the client does not take.
    """

    async def run_asgi(self) -> None:
        """Run the application."""
        cast("dict[str, object]", self.scope.setdefault("state", {}))[ABORT] = self.transport.abort
        await super().run_asgi()


class Server(uvicorn.Server):
    """Sends every connection elsewhere before it stops."""

    def __init__(self, config: uvicorn.Config, app: FastAPI, lame_duck_s: float) -> None:
        super().__init__(config)
        self._app = app
        self._lame_duck_s = lame_duck_s

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Load everything, and serve when it is our turn."""
        if not self.config.loaded:
            self.config.load()
        if await our_turn():
            await super().serve(sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let balancers look away, say `going_away` to every client, then stop."""
        connections = cast("Connections", self._app.state.connections)
        connections.stopping = True
        await self._be_lame_duck()
        for server in self.servers:
            server.close()
        connections.draining.set()
        try:
            async with asyncio.timeout(FAREWELL_S):
                await connections.none_left()
        except TimeoutError:
            logger.warning("some clients did not hear that this server goes away")
        await super().shutdown(sockets)

    async def _be_lame_duck(self) -> None:
        """Serve on, not ready; a second signal ends it."""
        until = time.monotonic() + self._lame_duck_s
        while not self.force_exit and time.monotonic() < until:  # noqa: ASYNC110
            await asyncio.sleep(_LOOK_S)


def make_server(settings: Settings, app: FastAPI | None = None, port: int | None = None) -> Server:
    """Return a server for `app` on the settings' host and port."""
    app = app or create_app(settings)
    config = uvicorn.Config(
        app,
        host=settings.convonet_host,
        port=settings.convonet_port if port is None else port,
        http=HttpProtocol,
        h11_max_incomplete_event_size=_HEADERS_MAX,
        ws=VoiceProtocol,
        ws_max_size=FRAME_MAX_BYTES,
        # Audio does not compress, and a tiny frame must not inflate to a huge one.
        ws_per_message_deflate=False,
        ws_ping_interval=20,
        ws_ping_timeout=20,
        timeout_graceful_shutdown=_CLOSING_S,
        # The edge reads X-Forwarded-For itself, and believes only CONVONET_TRUSTED_PROXIES.
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
        lifespan="on",
    )
    return Server(config, app, settings.convonet_lame_duck_s)


def run(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT."""
    make_server(settings).run()
