"""Carrying out tool calls."""

from typing import Protocol

from temporalio import activity

from activities.heartbeat import heartbeating
from convonet.contracts.assistant import CallTool, ToolResult, ToolState
from convonet.contracts.voice import Tool
from convonet.redis.calls import CallStreams


class ToolCaller(Protocol):
    """Whoever reaches the tools."""

    async def call(self, request: CallTool) -> ToolResult:
        """Carry out one call; every outcome is a result, but for what is worth another try."""
        ...


class ToolActivities:
    """Needs the tools, and the streams that tell the caller what is being done."""

    def __init__(self, tools: ToolCaller, streams: CallStreams) -> None:
        self._tools = tools
        self._streams = streams

    @activity.defn
    async def call_tool(self, request: CallTool) -> ToolResult:
        """Carry out one tool call and say so on the caller's page."""
        async with heartbeating():
            await self._show(request, "started", "")
            result = await self._tools.call(request)
            good = result.state is ToolState.SUCCEEDED
            await self._show(request, "succeeded" if good else "failed", result.summary)
        return result

    async def _show(self, request: CallTool, state: str, summary: str) -> None:
        message = Tool.model_validate(
            {
                "turn_id": request.turn_id,
                "name": request.call.name,
                "state": state,
                "summary": summary,
            }
        )
        name = f"{request.call.id} {'started' if state == 'started' else 'ended'}"
        await self._streams.emit_once(request.call_id, name, message)
