import json

import pytest

from activities.tools import ToolActivities
from convonet import ids
from convonet.contracts.assistant import CallTool, ToolCall, ToolState
from convonet.errors import Unavailable
from tests.activities.attempts import attempt
from tests.assistant.conversations import ANN
from tests.fakes.tools import ScriptedTools
from tests.redis.edge import EdgeStreams


def calling(call_id: str) -> CallTool:
    call = ToolCall(id="change", name="create_todo", arguments={"title": "milk"})
    return CallTool(
        call_id=call_id,
        caller=ANN,
        turn_id="t1",
        epoch=1,
        call=call,
        idempotency_key=ids.idempotency_key(call_id, call.id),
    )


async def shown(streams: EdgeStreams, call_id: str) -> list[tuple[str, str, str, str]]:
    entries = await streams.follow(call_id, 0, 1)
    events = [json.loads(entry.event) for entry in entries]
    assert all(event["type"] == "tool" for event in events)
    return [(one["turn_id"], one["name"], one["state"], one["summary"]) for one in events]


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (ToolState.SUCCEEDED, "succeeded"),
        (ToolState.FAILED, "failed"),
        (ToolState.TIMED_OUT, "failed"),
        (ToolState.UNKNOWN_TOOL, "failed"),
    ],
)
async def test_the_caller_sees_a_tool_start_and_end(
    streams: EdgeStreams, call_id: str, outcome: ToolState, state: str
) -> None:
    activities = ToolActivities(ScriptedTools(outcomes=[outcome]), streams)
    result = await attempt(1, activities.call_tool, calling(call_id))
    assert result.state is outcome
    assert await shown(streams, call_id) == [
        ("t1", "create_todo", "started", ""),
        ("t1", "create_todo", state, str(outcome)),
    ]


async def test_a_second_attempt_is_the_same_call_to_the_tool_and_to_the_caller(
    streams: EdgeStreams, call_id: str
) -> None:
    tools = ScriptedTools(outcomes=[Unavailable("the database is away")])
    activities = ToolActivities(tools, streams)
    with pytest.raises(Unavailable):
        await attempt(1, activities.call_tool, calling(call_id))
    await attempt(2, activities.call_tool, calling(call_id))
    assert [state for _, _, state, _ in await shown(streams, call_id)] == ["started", "succeeded"]
    assert len({called.idempotency_key for called in tools.called}) == 1
