"""Where tools do their work: who asks, in one transaction, at most once, answered in words."""

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError, UnexpectedToolError
from mcp.shared.exceptions import MCPError
from mcp_types import CallToolResult, InputRequiredResult, TextContent
from pydantic import BaseModel, JsonValue, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from convonet.contracts.caller import Caller
from convonet.db import effects
from convonet.db.engine import Sessions, transaction
from convonet.errors import ConvonetError, Invalid, Unavailable
from convonet.tools.authority import Authority, Origin
from convonet.tools.times import zone_named

logger = logging.getLogger(__name__)

UNAVAILABLE: Final = -32050
"""JSON-RPC error: the database does not answer; nothing was changed, so try again."""
SUMMARY_META: Final = "convonet/summary"
"""Key in a result's `_meta`: a few words for a screen."""

ToolContext = Context[Any, Any]
Json = dict[str, JsonValue]


Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


class Answer(BaseModel):
    """What a tool came to."""

    text: str
    """A sentence or two, fit to be spoken."""
    summary: str
    """A few words, fit for a label on a screen."""
    data: Json


@dataclass(frozen=True, slots=True)
class Work:
    """What a tool works with."""

    session: AsyncSession
    caller: Caller
    now: datetime
    zone: ZoneInfo
    call_id: str | None

    @property
    def user_id(self) -> UUID:
        """The caller's id."""
        return self.caller.user_id


Reading = Callable[[Work], Awaitable[Answer]]
Changing = Callable[[Work], Awaitable[tuple[Answer, BaseModel | None]]]
"""Answers, and says how to take it back: what `tools.changes` understands, or None."""


class Desk:
    """Gives tools their caller and their transaction, and turns what they answer into results."""

    def __init__(self, sessions: Sessions, authority: Authority, clock: Clock = utc_now) -> None:
        self._sessions = sessions
        self._authority = authority
        self._clock = clock

    async def read(self, ctx: ToolContext, do: Reading) -> CallToolResult:
        """Run a tool that changes nothing."""

        async def once(origin: Origin) -> Answer:
            async with transaction(self._sessions) as session:
                return await do(self._work(session, origin))

        return await self._answer(ctx, once)

    async def change(self, ctx: ToolContext, do: Changing) -> CallToolResult:
        """Run a tool that changes something: once for each idempotency key.

        The change and the note that it was made are one transaction. A repeat, also one at the
        same time, gets the first one's answer.
        """

        async def once(origin: Origin) -> Answer:
            async with transaction(self._sessions) as session:
                wanted = _claim(ctx, origin)
                if (earlier := await effects.claim(session, wanted)) is not None:
                    return Answer.model_validate(earlier)
                answer, undo = await do(self._work(session, origin))
                await effects.settle(
                    session,
                    wanted.idempotency_key,
                    result=answer.model_dump(mode="json"),
                    undo=undo.model_dump(mode="json") if undo else None,
                )
                return answer

        return await self._answer(ctx, once)

    def _work(self, session: AsyncSession, origin: Origin) -> Work:
        caller = origin.caller
        zone = zone_named(caller.time_zone)
        return Work(session, caller, self._clock(), zone, origin.call_id)

    async def _answer(
        self, ctx: ToolContext, once: Callable[[Origin], Awaitable[Answer]]
    ) -> CallToolResult:
        meta = cast("Mapping[str, object]", ctx.request_context.meta or {})
        try:
            answer = await once(await self._authority.origin(meta))
        except Unavailable as error:
            raise MCPError(UNAVAILABLE, str(error)) from error
        except ConvonetError as error:
            return CallToolResult(
                content=[TextContent(text=str(error))],
                structured_content={"error": error.code},
                is_error=True,
            )
        return CallToolResult(
            content=[TextContent(text=answer.text)],
            structured_content=answer.data,
            _meta={SUMMARY_META: answer.summary},
        )


class ToolServer(MCPServer[object]):
    """An MCP server whose errors are sentences a model can act on."""

    async def call_tool(
        self,
        name: str,
        arguments: dict[str, Any],
        context: ToolContext | None = None,
    ) -> CallToolResult | InputRequiredResult:
        """Call a tool by name; see `MCPServer.call_tool`."""
        try:
            return await super().call_tool(name, arguments, context)
        except UnexpectedToolError:
            logger.exception("the tool %s crashed", name)
            raise ToolError(f"{name} failed because of an error on our side.") from None
        except ToolError as error:
            if isinstance(error.__cause__, ValidationError):
                raise ToolError(_complaint(name, error.__cause__)) from None
            raise


def _claim(ctx: ToolContext, origin: Origin) -> effects.Claim:
    params = cast("Mapping[str, JsonValue]", ctx.request_context.params or {})
    arguments = cast("Json", params.get("arguments") or {})
    if "\\u0000" in json.dumps(arguments):
        raise Invalid("Text must not contain the character NUL.")
    return effects.Claim(
        idempotency_key=origin.idempotency_key,
        user_id=origin.caller.user_id,
        tool=str(params.get("name")),
        arguments=arguments,
        call_id=origin.call_id,
        turn_id=origin.turn_id,
    )


def _complaint(tool: str, error: ValidationError) -> str:
    """Say what is wrong with which argument, without repeating the caller's data."""
    problems = (
        f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
        for problem in error.errors(include_input=False, include_url=False)
    )
    return f"The arguments of {tool} are not right: {'; '.join(problems)}."
