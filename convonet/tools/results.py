"""What a tool call came to, from MCP's terms into ours."""

import json
from collections.abc import Mapping
from typing import Final, cast

from mcp.shared.exceptions import MCPError
from mcp_types import REQUEST_TIMEOUT, CallToolResult, TextContent, Tool

from convonet.contracts.assistant import CallTool, ToolResult, ToolSpec, ToolState
from convonet.errors import Unavailable
from convonet.tools.desk import SUMMARY_META, UNAVAILABLE
from convonet.tools.spoken import excerpt

_LONGEST: Final = 16_000
"""Characters of a result the model gets to read."""


def spec(tool: Tool, name: str) -> ToolSpec:
    """Return a tool, under `name`, as the model is told of it."""
    return ToolSpec(
        name=name,
        description=tool.description or "",
        input_schema=tool.input_schema,
        read_only=bool(tool.annotations and tool.annotations.read_only_hint),
    )


def from_answer(request: CallTool, answer: CallToolResult) -> ToolResult:
    """Return the result of a call that was answered."""
    text = " ".join(part.text for part in answer.content if isinstance(part, TextContent)).strip()
    if answer.structured_content and not answer.is_error:
        # Sorted: a repeat's answer comes out of the database in another order of keys.
        data = json.dumps(
            answer.structured_content, ensure_ascii=False, separators=(",", ":"), sort_keys=True
        )
        text = data if text == data else f"{text}\n{data}".strip()
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST]}… (cut)"
    meta = cast("Mapping[str, object]", answer.meta or {})
    summary = meta.get(SUMMARY_META)
    return ToolResult(
        call_id=request.call.id,
        state=ToolState.FAILED if answer.is_error else ToolState.SUCCEEDED,
        text=text or ("It failed." if answer.is_error else "Done."),
        summary=summary if isinstance(summary, str) else excerpt(text.partition("\n")[0]),
    )


def from_error(request: CallTool, error: MCPError) -> ToolResult:
    """Return the result of a call that the protocol refused.

    Raises:
        Unavailable: nothing was done and another attempt may succeed.
    """
    if error.code == UNAVAILABLE:
        raise Unavailable(error.message) from error
    if error.code == REQUEST_TIMEOUT:
        return timed_out(request)
    return failed(request, f"{request.call.name} failed: {error.message}")


def failed(request: CallTool, text: str) -> ToolResult:
    """Return the result of a call that failed for the reason given."""
    return _ended(request, ToolState.FAILED, text)


def timed_out(request: CallTool) -> ToolResult:
    """Return the result of a call that took too long."""
    text = f"{request.call.name} took too long and was given up; it may or may not have worked."
    return _ended(request, ToolState.TIMED_OUT, text)


def unknown(request: CallTool, known: list[str]) -> ToolResult:
    """Return the result of a call of a tool that does not exist."""
    text = f"There is no tool called {request.call.name!r}. There are: {', '.join(known)}."
    return _ended(request, ToolState.UNKNOWN_TOOL, text)


def _ended(request: CallTool, state: ToolState, text: str) -> ToolResult:
    return ToolResult(call_id=request.call.id, state=state, text=text, summary=excerpt(text))
