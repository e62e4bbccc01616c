"""What a conversation's activities are to do, and what they were asked to do."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from convonet.contracts.assistant import CallTool, Step, TakeTurn, ToolCall, ToolResult, ToolState
from convonet.contracts.conversation import (
    Announce,
    CloseCall,
    OpenConversation,
    RunMediaSession,
    SaveTurn,
)

T = TypeVar("T")

PATIENCE_S = 90
"""How long a test waits for what must happen, on a busy machine."""


class Held(Generic[T]):
    """An outcome that comes only when the test says so; the activity can be cancelled meanwhile."""

    def __init__(self, outcome: "T | Exception") -> None:
        self.outcome = outcome
        self._released = asyncio.Event()

    def release(self) -> None:
        """Let it come."""
        self._released.set()

    async def released(self) -> "T | Exception":
        """Wait for it."""
        await self._released.wait()
        return self.outcome


class Lost:
    """No outcome: nothing is ever heard of the activity, until its time is over."""


Outcome = T | Exception | Held[T] | Lost

Request = TakeTurn | CallTool | Announce | OpenConversation | SaveTurn | CloseCall | RunMediaSession


@dataclass
class Script:
    """One conversation's script and its record of what was asked, in order."""

    answers: dict[str, Sequence[Outcome[Step]]] = field(
        default_factory=dict[str, Sequence[Outcome[Step]]]
    )
    """The steps of each turn; a turn that is not here is answered with "Yes."."""
    results: dict[str, Outcome[ToolResult]] = field(default_factory=dict[str, Outcome[ToolResult]])
    """By tool call; one that is not here succeeds."""
    media: Outcome[None] = None
    media_ends: bool = False
    """Whether the media session ends by itself, as `media` says; else it lasts like the call."""
    failures: dict[str, int] = field(default_factory=dict[str, int])
    """Activities by name, and how many of their next attempts fail."""
    refused: set[str] = field(default_factory=set[str])
    """Activities by name that fail for good."""
    asked: list[TakeTurn] = field(default_factory=list[TakeTurn])
    called: list[CallTool] = field(default_factory=list[CallTool])
    announced: list[Announce] = field(default_factory=list[Announce])
    opened: list[OpenConversation] = field(default_factory=list[OpenConversation])
    saved: list[SaveTurn] = field(default_factory=list[SaveTurn])
    told: list[CloseCall] = field(default_factory=list[CloseCall])
    closed: list[CloseCall] = field(default_factory=list[CloseCall])
    media_runs: list[RunMediaSession] = field(default_factory=list[RunMediaSession])
    abandoned: list[str] = field(default_factory=list[str])
    """Names of activities that were cancelled."""
    _progress: asyncio.Condition = field(default_factory=asyncio.Condition)

    def answer(self, request: TakeTurn) -> Outcome[Step]:
        """Return the outcome of one step of the assistant."""
        steps = self.answers.get(request.turns[-1].turn_id, [])
        return steps[request.step] if request.step < len(steps) else words("Yes.")

    def result(self, call: ToolCall) -> Outcome[ToolResult]:
        """Return the outcome of one tool call."""
        return self.results.get(call.id, done(call))

    def release(self) -> None:
        """Let everything come that is held."""
        steps = [step for steps in self.answers.values() for step in steps]
        for outcome in (*steps, *self.results.values()):
            if isinstance(outcome, Held):
                outcome.release()

    def fail(self, name: str) -> None:
        """Count a failed attempt."""
        self.failures[name] -= 1

    async def note(self, add: Callable[[], None]) -> None:
        """Write down what was asked."""
        async with self._progress:
            add()
            self._progress.notify_all()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until what was asked so far satisfies `holds`."""
        async with asyncio.timeout(PATIENCE_S), self._progress:
            await self._progress.wait_for(holds)


def words(text: str, *calls: ToolCall) -> Step:
    """Make a step of the assistant."""
    return Step(text=text, calls=calls)


def look(key: str = "look") -> ToolCall:
    """Make a call that only reads."""
    return ToolCall(id=key, name="get_todos", arguments={}, read_only=True)


def change(key: str = "change") -> ToolCall:
    """Make a call that changes something."""
    return ToolCall(id=key, name="create_todo", arguments={"title": "milk"})


def done(call: ToolCall) -> ToolResult:
    """Make the result of a call that worked."""
    return ToolResult(call_id=call.id, state=ToolState.SUCCEEDED, text=f"{call.name}: done")


def holding(*calls: ToolCall) -> dict[str, Outcome[ToolResult]]:
    """Make results for calls that work, when they are released."""
    return {call.id: Held(done(call)) for call in calls}


def refused(call: ToolCall, state: ToolState) -> ToolResult:
    """Make the result of a call that did not work."""
    return ToolResult(call_id=call.id, state=state, text=f"{call.name}: {state}")
