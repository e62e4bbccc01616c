"""Calls tools as the activity does: on behalf of a caller, in a call."""

import json
from typing import cast
from uuid import uuid4

from pydantic import JsonValue

from convonet.contracts.assistant import CallTool, ToolCall, ToolResult, ToolState
from convonet.contracts.caller import Caller
from convonet.tools.host import ToolHost


def tool_call(
    caller: Caller,
    name: str,
    *,
    call_id: str = "call",
    key: str | None = None,
    arguments: dict[str, JsonValue] | None = None,
) -> CallTool:
    return CallTool(
        call_id=call_id,
        caller=caller,
        turn_id="turn",
        epoch=1,
        call=ToolCall(id="toolu_1", name=name, arguments=arguments or {}),
        idempotency_key=key or uuid4().hex,
    )


class Client:
    """One caller on one call."""

    def __init__(self, host: ToolHost, caller: Caller) -> None:
        self.host = host
        self.caller = caller
        self.call_id = uuid4().hex

    async def call(self, name: str, /, **arguments: JsonValue) -> ToolResult:
        request = tool_call(self.caller, name, call_id=self.call_id, arguments=arguments)
        return await self.host.call(request)

    async def says(self, name: str, /, **arguments: JsonValue) -> str:
        """What is spoken when it succeeds."""
        result = await self.call(name, **arguments)
        assert result.state is ToolState.SUCCEEDED, result.text
        return spoken(result)

    async def refuses(self, name: str, /, **arguments: JsonValue) -> str:
        """What is spoken when it fails."""
        result = await self.call(name, **arguments)
        assert result.state is ToolState.FAILED, result.text
        return result.text


def spoken(result: ToolResult) -> str:
    return result.text.partition("\n")[0]


def data(result: ToolResult) -> dict[str, JsonValue]:
    return cast("dict[str, JsonValue]", json.loads(result.text.partition("\n")[2]))
