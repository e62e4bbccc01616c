"""Turn records for the tests of the assistant, by hand and by hypothesis."""

from collections.abc import Sequence
from uuid import UUID

from hypothesis import strategies as st

from convonet.contracts.assistant import (
    Step,
    TakeTurn,
    ToolCall,
    ToolResult,
    ToolSpec,
    ToolState,
    Turn,
)
from convonet.contracts.caller import Caller, Team

ANN = Caller(
    user_id=UUID(int=1),
    name="Ann Miller",
    time_zone="Europe/Berlin",
    teams=(Team(id=UUID(int=2), name="development"), Team(id=UUID(int=3), name="hackathon")),
)
GET_TODOS = ToolSpec(
    name="get_todos",
    description="Lists todos.",
    input_schema={"type": "object", "properties": {}},
    read_only=True,
)
CREATE_TODO = ToolSpec(
    name="create_todo",
    description="Creates a todo.",
    input_schema={
        "type": "object",
        "properties": {"title": {"type": "string"}},
        "required": ["title"],
    },
)
TOOLS = (GET_TODOS, CREATE_TODO)


def ask(*turns: Turn) -> TakeTurn:
    """Ask for the next step of the last of `turns`."""
    return TakeTurn(
        call_id="call",
        caller=ANN,
        epoch=len(turns),
        step=len(turns[-1].steps),
        turns=turns,
        now="2026-11-18T09:00:00Z",
    )


def turn(said: str, *steps: Step, heard: str | None = None, interrupted: bool = False) -> Turn:
    """Make a turn."""
    return Turn(
        turn_id=f"turn-{said[:8]}", said=said, steps=steps, heard=heard, interrupted=interrupted
    )


def step(text: str, *calls: ToolCall, results: Sequence[ToolResult] = ()) -> Step:
    """Make a step."""
    return Step(text=text, calls=calls, results=tuple(results))


def call(key: str, name: str = "get_todos", **arguments: str) -> ToolCall:
    """Make a tool call."""
    return ToolCall(id=key, name=name, arguments=dict(arguments))


def result(key: str, text: str = "Done.", state: ToolState = ToolState.SUCCEEDED) -> ToolResult:
    """Make a tool result."""
    return ToolResult(call_id=key, state=state, text=text)


_words = st.text(alphabet="ab .,!?\n*[]'é🎉", max_size=30)
_calls = st.builds(
    ToolCall,
    id=st.sampled_from(["toolu_1", "toolu_2", "toolu_3", "call.odd id", "", "x" * 80]),
    name=st.sampled_from(["get_todos", "create_todo", "gone_tool"]),
    arguments=st.dictionaries(st.sampled_from(["title", "cache"]), _words, max_size=2),
)
_results = st.builds(
    ToolResult,
    call_id=st.sampled_from(["toolu_1", "toolu_2", "toolu_3", "call.odd id", "", "stray"]),
    state=st.sampled_from(ToolState),
    text=_words,
)
_steps = st.builds(
    Step,
    text=_words,
    calls=st.lists(_calls, max_size=3, unique_by=lambda one: one.id).map(tuple),
    results=st.lists(_results, max_size=4).map(tuple),
)


@st.composite
def _turns(draw: st.DrawFn) -> Turn:
    steps = draw(st.lists(_steps, max_size=3))
    whole = " ".join(one.text for one in steps)
    prefix = st.integers(0, len(whole)).map(lambda end: whole[:end])
    return Turn(
        turn_id="turn",
        said=draw(_words),
        steps=tuple(steps),
        heard=draw(st.none() | prefix | _words),
        interrupted=draw(st.booleans()),
    )


records = st.lists(_turns(), min_size=1, max_size=8)
"""Any order of utterances, interruptions, tool calls, results and losses."""
said = st.lists(_words, max_size=3)
"""What an earlier attempt may have spoken."""
