"""What passes between a conversation, the assistant and its tools."""

from enum import StrEnum

from pydantic import JsonValue

from convonet.contracts import Contract
from convonet.contracts.caller import Caller

TRANSFER_TOOL = "transfer_to_agent"
"""The tool the workflow carries out itself: it moves the caller."""

END_CALL_TOOL = "end_call"
"""The tool by which the assistant says goodbye: the workflow ends the call when it was heard."""


class ToolSpec(Contract):
    """A tool as the model is told of it."""

    name: str
    description: str
    input_schema: dict[str, JsonValue]
    read_only: bool = False
    """It changes nothing, so an interruption may abandon it."""


class ToolCall(Contract):
    """The assistant wants a tool called."""

    id: str
    """The model's id for this call; with the workflow id it is the idempotency key."""
    name: str
    arguments: dict[str, JsonValue]
    read_only: bool = False
    """It changes nothing, so an interruption may abandon it."""


class ToolState(StrEnum):
    """How a tool call ended. Every call ends in exactly one of these."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    CANCELLED = "cancelled"
    UNKNOWN_TOOL = "unknown_tool"


class ToolResult(Contract):
    """What a tool call came to."""

    call_id: str
    state: ToolState
    text: str
    """What the model reads: a spoken-style sentence, then structured content as JSON."""
    summary: str = ""
    """A few words for the page's tool chip and Temporal's Web UI."""


class Step(Contract):
    """One answer of the model: words, tool calls, or both, and what the calls came to."""

    text: str
    calls: tuple[ToolCall, ...] = ()
    results: tuple[ToolResult, ...] = ()
    """One per call, in the order of `calls`; empty until they have ended."""


class Turn(Contract):
    """What the caller said and what the assistant did about it."""

    turn_id: str
    said: str
    """The caller's words; empty for the greeting."""
    typed: bool = False
    steps: tuple[Step, ...] = ()
    heard: str | None = None
    """The part of the steps' words that was really played; None while it is not known."""
    interrupted: bool = False
    at: str = ""
    """When the caller had finished, ISO 8601 UTC."""


class TakeTurn(Contract):
    """Ask the assistant for the next step of the last of `turns`."""

    call_id: str
    caller: Caller
    epoch: int
    step: int
    """0 for the first step of the turn, then one more after each round of tools."""
    turns: tuple[Turn, ...]
    now: str
    """The time of the turn, ISO 8601 UTC: the same on every retry."""


class CallTool(Contract):
    """Ask for one tool call to be carried out."""

    call_id: str
    caller: Caller
    turn_id: str
    epoch: int
    call: ToolCall
    idempotency_key: str
    """`workflow_id:tool_call_id`: a change with this key is made at most once."""
