"""Calls the assistant's tools: our own servers in this process, other people's beside it."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Final, Self, cast

from mcp import Client
from mcp.shared.exceptions import MCPError
from mcp_types import RequestParamsMeta

from convonet.contracts.assistant import CallTool, ToolResult, ToolSpec
from convonet.db.engine import Sessions
from convonet.tools import results
from convonet.tools.authority import ORIGIN_META, Origin, TrustedHost
from convonet.tools.desk import Clock, Desk, ToolServer, utc_now
from convonet.tools.external import ExternalServer
from convonet.tools.servers import SERVERS

TIMEOUT_S: Final = 8.0

_CONNECTING_S: Final = 3.0
"""How long a call waits for servers that are being connected to, before its tool is unknown."""

Route = tuple[ExternalServer, str, ToolSpec]


def own_servers(sessions: Sessions, clock: Clock = utc_now) -> tuple[ToolServer, ...]:
    """Return our own servers, acting for the caller of each call."""
    desk = Desk(sessions, TrustedHost(), clock)
    return tuple(build(desk) for build in SERVERS.values())


class ToolHost:
    """The client of every tool server; open it once per process and share it.

    Our own servers answer over the in-memory transport. External ones are connected to in the
    background: they are offered from the moment they answer, and one that is away costs the calls
    of its own tools only.
    """

    def __init__(
        self,
        servers: Sequence[ToolServer],
        external: Sequence[ExternalServer] = (),
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._servers = servers
        self._external = external
        self._timeout_s = timeout_s
        self._own: dict[str, tuple[Client, ToolSpec]] = {}
        self._closing = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Connect to our own servers, and begin to connect to the external ones."""
        opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._task = asyncio.create_task(self._serve(opened), name="tool host")
        try:
            await asyncio.wait({self._task, opened}, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            self._task.cancel()
            raise
        if self._task.done():
            await self._task
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close every connection."""
        self._closing.set()
        if self._task is not None:
            await self._task

    def specs(self) -> tuple[ToolSpec, ...]:
        """Return the tools there are now; those of external servers come and stay."""
        own = tuple(spec for _, spec in self._own.values())
        return own + tuple(route[2] for route in self._routes().values())

    async def call(self, request: CallTool) -> ToolResult:
        """Carry out one tool call; every outcome is a result.

        Raises:
            Unavailable: the database does not answer; nothing was changed, so try again.
        """
        name = request.call.name
        try:
            async with asyncio.timeout(self._timeout_s):
                if (own := self._own.get(name)) is not None:
                    return await _call_own(own[0], request)
                if (route := await self._external_route(name)) is not None:
                    server, tool, _ = route
                    return await server.call(tool, request)
        except TimeoutError:
            return results.timed_out(request)
        except MCPError as error:
            return results.from_error(request, error)
        return results.unknown(request, [spec.name for spec in self.specs()])

    async def _serve(self, opened: asyncio.Future[None]) -> None:
        # One task enters and leaves every connection: their cancel scopes belong to a task.
        async with AsyncExitStack() as stack:
            for server in self._servers:
                client = await stack.enter_async_context(Client(server))
                for tool in (await client.list_tools()).tools:
                    self._own[tool.name] = (client, results.spec(tool, tool.name))
            for external in self._external:
                await stack.enter_async_context(external)
            opened.set_result(None)
            await self._closing.wait()

    async def _external_route(self, name: str) -> Route | None:
        if name not in self._routes() and self._external:
            # A worker that has just been restarted is still connecting, but the call goes on.
            waits = [asyncio.create_task(server.ready()) for server in self._external]
            try:
                await asyncio.wait(waits, timeout=_CONNECTING_S)
            finally:
                for wait in waits:
                    wait.cancel()
        return self._routes().get(name)

    def _routes(self) -> dict[str, Route]:
        """External tools by the name the model knows.

        `server__tool` where ours has the name, or where there are several servers: which of them
        are connected must not decide whose tool a name means.
        """
        routes: dict[str, Route] = {}
        for server in self._external:
            for tool in server.tools:
                plain = tool.name not in self._own and len(self._external) == 1
                name = tool.name if plain else f"{server.name}__{tool.name}"
                routes[name] = (server, tool.name, results.spec(tool, name))
        return routes


async def _call_own(client: Client, request: CallTool) -> ToolResult:
    origin = Origin(
        caller=request.caller,
        idempotency_key=request.idempotency_key,
        call_id=request.call_id,
        turn_id=request.turn_id,
    )
    meta = cast("RequestParamsMeta", {ORIGIN_META: origin.model_dump(mode="json")})
    answer = await client.call_tool(request.call.name, request.call.arguments, meta=meta)
    return results.from_answer(request, answer)
