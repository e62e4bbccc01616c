import asyncio

import pytest

from activities.assistant import AssistantActivities
from convonet.contracts.assistant import END_CALL_TOOL, Step, TakeTurn, ToolCall
from convonet.contracts.speech import Say
from convonet.errors import ProviderBusy
from convonet.redis import keys
from convonet.redis.calls import CallStreams
from convonet.redis.client import Redis
from convonet.redis.media import START, MediaStore
from tests.activities.attempts import attempt
from tests.assistant.conversations import ANN, TOOLS, turn
from tests.eventually import eventually
from tests.fakes.assistant import Part, ScriptedAssistant
from tests.fakes.tools import ScriptedTools

LOOK = ToolCall(id="look", name="get_todos", arguments={})
CHANGE = ToolCall(id="change", name="create_todo", arguments={"title": "milk"})


def asking(call_id: str, *, epoch: int = 1, step: int = 0) -> TakeTurn:
    return TakeTurn(
        call_id=call_id,
        caller=ANN,
        epoch=epoch,
        step=step,
        turns=(turn("Hello"),),
        now="2026-11-18T12:00:00+00:00",
    )


def taking(
    streams: CallStreams, *script: list[Part]
) -> tuple[AssistantActivities, ScriptedAssistant]:
    assistant = ScriptedAssistant(*script)
    return AssistantActivities(assistant, ScriptedTools(TOOLS), streams), assistant


async def handed_over(redis: Redis, call_id: str) -> list[Say]:
    _, said = await MediaStore(redis, call_id).read(START, START, 1)
    return [entry.say for entry in said]


async def spoken(redis: Redis, call_id: str) -> list[str]:
    """Return what the media session would speak: each index once."""
    found: dict[tuple[int, int], str] = {}
    for say in await handed_over(redis, call_id):
        if say.kind == "sentence":
            found.setdefault((say.step, say.index), say.text)
    return list(found.values())


async def until_spoken(redis: Redis, call_id: str, count: int) -> None:
    async def enough() -> bool:
        return len(await spoken(redis, call_id)) >= count

    await eventually(enough)


async def test_sentences_are_handed_over_in_order_while_the_model_still_writes(
    redis: Redis, streams: CallStreams, call_id: str
) -> None:
    more = asyncio.Event()
    activities, assistant = taking(
        streams, ["We open at ni", "ne. We clo", "se at five. ", more, "Anything else?"]
    )
    step = asyncio.create_task(attempt(1, activities.take_turn, asking(call_id)))
    await until_spoken(redis, call_id, 2)
    assert await spoken(redis, call_id) == ["We open at nine.", "We close at five."]
    more.set()
    assert await step == Step(text="We open at nine. We close at five. Anything else?")
    said = await handed_over(redis, call_id)
    assert [(say.kind, say.index, say.final) for say in said] == [
        ("sentence", 0, False),
        ("sentence", 1, False),
        ("sentence", 2, False),
        ("end", 3, True),
    ]
    assert said[-1].started_ms <= said[-1].first_token_ms
    assert assistant.offered == [tool.name for tool in TOOLS]


async def test_tools_are_marked_by_whether_they_change_anything(
    redis: Redis, streams: CallStreams, call_id: str
) -> None:
    activities, _ = taking(streams, ["One moment.", LOOK, CHANGE])
    step = await attempt(1, activities.take_turn, asking(call_id))
    assert [(call.id, call.read_only) for call in step.calls] == [("look", True), ("change", False)]
    end = (await handed_over(redis, call_id))[-1]
    assert (end.kind, end.final, end.calls) == ("end", False, step.calls)


async def test_only_a_goodbye_with_words_of_its_own_closes_the_turn(
    redis: Redis, streams: CallStreams, call_id: str
) -> None:
    bye = ToolCall(id="bye", name=END_CALL_TOOL, arguments={})
    activities, _ = taking(streams, ["Goodbye.", bye], [bye], ["Done.", bye, CHANGE])
    for number in range(3):
        await attempt(1, activities.take_turn, asking(call_id, step=number))
    ends = [say.final for say in await handed_over(redis, call_id) if say.kind == "end"]
    assert ends == [True, False, False]


async def test_a_second_attempt_repeats_nothing_and_goes_on(
    redis: Redis, streams: CallStreams, call_id: str
) -> None:
    activities, assistant = taking(
        streams,
        ["We open at nine. ", "We close", ProviderBusy("cut off")],
        ["We close at five.", LOOK],
    )
    with pytest.raises(ProviderBusy):
        await attempt(1, activities.take_turn, asking(call_id))
    step = await attempt(2, activities.take_turn, asking(call_id))
    assert assistant.said == [[], ["We open at nine."]]
    assert step.text == "We open at nine. We close at five."
    assert await spoken(redis, call_id) == ["We open at nine.", "We close at five."]


async def test_an_attempt_after_the_end_returns_the_very_same_step(
    redis: Redis, streams: CallStreams, call_id: str
) -> None:
    activities, assistant = taking(streams, ["One moment. ", LOOK, CHANGE])
    first = await attempt(1, activities.take_turn, asking(call_id))
    before = await handed_over(redis, call_id)
    assert await attempt(2, activities.take_turn, asking(call_id)) == first
    assert await attempt(3, activities.take_turn, asking(call_id)) == first
    assert await handed_over(redis, call_id) == before
    assert len(assistant.asked) == 1


async def test_other_steps_and_turns_are_not_taken_for_this_one(
    streams: CallStreams, call_id: str
) -> None:
    activities, assistant = taking(streams, ["Let me see.", LOOK], ["You have none."])
    await attempt(1, activities.take_turn, asking(call_id))
    step = await attempt(2, activities.take_turn, asking(call_id, step=1))
    assert step.text == "You have none."
    assert assistant.said == [[], []]


async def test_nothing_more_is_said_when_the_caller_has_gone_on(
    redis: Redis, streams: CallStreams, call_id: str
) -> None:
    more = asyncio.Event()
    activities, assistant = taking(streams, ["First. ", "Second. ", more, "Third. ", LOOK])
    running = asyncio.create_task(attempt(1, activities.take_turn, asking(call_id)))
    await until_spoken(redis, call_id, 1)
    await redis.hset(keys.session(call_id), "epoch", "2")
    more.set()
    step = await running
    assert step.calls == ()
    assert "Third" not in step.text
    assert "Third" not in " ".join(await spoken(redis, call_id))
    assert all(say.kind == "sentence" for say in await handed_over(redis, call_id))
    assert assistant.closed == 1


async def test_a_first_attempt_thought_dead_is_silent_once_the_second_has_spoken(
    redis: Redis, streams: CallStreams, call_id: str
) -> None:
    more = asyncio.Event()
    activities, _ = taking(streams, ["First. ", more, "Zombie. ", LOOK], ["Second.", CHANGE])
    zombie = asyncio.create_task(attempt(1, activities.take_turn, asking(call_id)))
    await until_spoken(redis, call_id, 1)
    step = await attempt(2, activities.take_turn, asking(call_id))
    before = await handed_over(redis, call_id)
    more.set()
    await zombie
    assert await handed_over(redis, call_id) == before
    assert await spoken(redis, call_id) == ["First.", "Second."]
    assert step.text == "First. Second."
    assert await attempt(3, activities.take_turn, asking(call_id)) == step


async def test_the_model_is_left_when_the_activity_is_cancelled(
    streams: CallStreams, call_id: str
) -> None:
    activities, assistant = taking(streams, [asyncio.Event()])
    running = asyncio.create_task(attempt(1, activities.take_turn, asking(call_id)))
    await assistant.began.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert assistant.closed == 1
