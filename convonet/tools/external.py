"""One external MCP server: connected in the background, watched, reconnected."""

import asyncio
import logging
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Final, Self, cast

import httpx2
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError
from mcp_types import CONNECTION_CLOSED, RequestParamsMeta, Tool
from pydantic import ValidationError

from convonet.contracts.assistant import CallTool, ToolResult
from convonet.tools import results
from convonet.tools.authority import KEY_META
from convonet.tools.mcp_config import ExternalConfig

logger = logging.getLogger(__name__)

_CONNECT_S: Final = 30.0
_PROBE_S: Final = 2.0
_FIRST_WAIT_S: Final = 0.5
_LONGEST_WAIT_S: Final = 30.0
_PAGES: Final = 20
_AWAY: Final = (OSError, TimeoutError, MCPError, httpx2.HTTPError, ExceptionGroup)


class ExternalServer:
    """Keeps a connection to one server and calls its tools.

    Entering it returns at once. A server that cannot be reached, dies or hangs is tried again
    with growing pauses for as long as this is open; its calls fail meanwhile, each by itself.
    """

    def __init__(
        self, name: str, config: ExternalConfig, first_wait_s: float = _FIRST_WAIT_S
    ) -> None:
        self.name = name
        self.tools: tuple[Tool, ...] = ()
        """What the server offers, as last heard; empty until it was first reached."""
        self._config = config
        self._first_wait_s = first_wait_s
        self._client: Client | None = None
        self._settled = asyncio.Event()
        self._suspect = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Begin to connect; does not wait for the server."""
        self._task = asyncio.create_task(self._keep_connected(), name=f"mcp server {self.name}")
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connection; a server that was started is ended."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def ready(self) -> bool:
        """Wait while it is being found out; tell whether there is a connection."""
        await self._settled.wait()
        return self._client is not None

    async def call(self, tool: str, request: CallTool) -> ToolResult:
        """Call one of the server's tools. The host bounds the time.

        Raises:
            MCPError: the server refused.
        """
        if not await self.ready() or (client := self._client) is None:
            return results.failed(request, f"{self.name} does not answer right now.")
        meta = cast("RequestParamsMeta", {KEY_META: request.idempotency_key})
        try:
            answer = await client.call_tool(tool, request.call.arguments, meta=meta)
        except asyncio.CancelledError:
            # Timed out, or nobody wants it any more: see whether the server still lives.
            self._doubt()
            raise
        except MCPError as error:
            if error.code == CONNECTION_CLOSED:
                self._doubt()
                return results.failed(request, f"{self.name} stopped answering.")
            raise
        except (ValidationError, RuntimeError) as error:
            # The SDK checks what a server answers against the schema it announced.
            logger.warning("the MCP server %s answered nonsense", self.name, exc_info=error)
            return results.failed(request, f"{self.name} gave an answer that makes no sense.")
        return results.from_answer(request, answer)

    def _doubt(self) -> None:
        self._settled.clear()
        self._suspect.set()

    async def _keep_connected(self) -> None:
        wait_s = self._first_wait_s
        while True:
            began = asyncio.get_running_loop().time()
            try:
                await self._stay_connected()
            except _AWAY as error:
                logger.warning("the MCP server %s is away: %s", self.name, _reason(error))
            except Exception:
                # Whatever somebody else's server makes the SDK do, calls must go on without it.
                logger.exception("the connection to the MCP server %s broke", self.name)
            if self._client is None:
                self._settled.set()
            self._client = None
            if asyncio.get_running_loop().time() - began > _LONGEST_WAIT_S:
                wait_s = self._first_wait_s
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * 2, _LONGEST_WAIT_S)

    async def _stay_connected(self) -> None:
        """Connect, and return or raise when the connection is of no use any more."""
        async with asyncio.timeout(_CONNECT_S) as limit, self._connection() as client:
            self.tools = await _all_tools(client)
            limit.reschedule(None)
            self._client = client
            logger.info("the MCP server %s offers %d tools", self.name, len(self.tools))
            while True:
                self._suspect.clear()
                self._settled.set()
                await self._suspect.wait()
                async with asyncio.timeout(_PROBE_S):
                    self.tools = await _all_tools(client)

    @asynccontextmanager
    async def _connection(self) -> AsyncGenerator[Client]:
        config = self._config
        if config.command is not None:
            parameters = StdioServerParameters(
                command=config.command, args=list(config.args), env=config.env, cwd=config.cwd
            )
            errors = sys.__stderr__ or sys.stderr
            async with Client(stdio_client(parameters, errlog=errors)) as client:
                yield client
            return
        async with httpx2.AsyncClient(
            headers=config.headers, timeout=httpx2.Timeout(_CONNECT_S, read=None)
        ) as http:
            transport = streamable_http_client(config.url or "", http_client=http)
            async with Client(transport) as client:
                yield client


async def _all_tools(client: Client) -> tuple[Tool, ...]:
    tools: list[Tool] = []
    cursor: str | None = None
    for _ in range(_PAGES):
        page = await client.list_tools(cursor=cursor, cache_mode="bypass")
        tools += page.tools
        cursor = page.next_cursor
        if cursor is None:
            break
    return tuple(tools)


def _reason(error: BaseException) -> str:
    """Say why in a few words; a task group hides it inside."""
    while isinstance(error, BaseExceptionGroup):
        error = cast("BaseExceptionGroup[BaseException]", error).exceptions[0]
    return f"{type(error).__name__}: {error}"
