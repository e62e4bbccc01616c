"""A part dies in the middle of a call; the caller hears every word once. Judged at the far end."""

import asyncio

import pytest

from convonet.caller.line import INPUT_RATE
from tests.calls.conftest import Providers
from tests.calls.placing import LIMIT_S, Placed
from tests.providers.anthropic_replies import Reply
from tests.providers.deepgram_script import spoken

pytestmark = pytest.mark.timeout(300)

STORY = [
    "One morning a small ship left the harbour with eleven sailors.",
    "By noon the wind had died and the sea lay as flat as glass.",
    "They waited, and in the evening the wind came back.",
]


async def _told_story(call: Placed, providers: Providers, victim: str) -> None:
    with providers.answering(" ".join(STORY)):
        await call.type("tell me a story")
        await call.heard("t1", 600)
        providers.ground.instance.kill(victim)
        await call.heard_out("t1")
    assert call.replies("t1") == STORY


@pytest.mark.parametrize("victim", ["voice-worker", "conversation-worker", "api"])
async def test_killed_mid_sentence(providers: Providers, victim: str) -> None:
    async with providers.ground.call() as call:
        await _told_story(call, providers, victim)
        with providers.answering("Good night."):
            await call.type("thank you")
            await call.heard_out("t2")
    assert call.replies("t2")[-1] == "Good night."
    assert call.line.ended == "hangup"
    played = call.line.loudspeaker.played_ms()["t1"]
    announced = sum(m["ms"] for m in call.seen("audio", turn_id="t1"))
    assert played == announced


@pytest.mark.parametrize("victim", ["valkey", "temporal", "postgres"])
async def test_a_server_killed_mid_sentence(providers: Providers, victim: str) -> None:
    async with providers.ground.call() as call:
        await _told_story(call, providers, victim)
        await call.type(f"add a todo to greet {victim}")
        await call.heard_out("t2")
    assert f"I've added a todo: greet {victim}." in call.replies("t2")
    rows = await providers.ground.rows(
        "select 1 from todos_convonet where title = :title", title=f"greet {victim}"
    )
    assert len(rows) == 1


async def test_killed_while_the_caller_speaks(providers: Providers) -> None:
    providers.deepgram.script.hear("please add milk")
    providers.deepgram.script.hear("please add milk to the list")
    async with providers.ground.call() as call:
        # Long, so that the kill comes in the middle of it also on a machine short of time.
        sound = spoken("Please add milk to the list. " * 4, INPUT_RATE)
        speaking = asyncio.create_task(call.line.say(sound))
        await call.until("speech_started")
        providers.ground.instance.kill("voice-worker")
        with providers.answering("Milk it is."):
            await speaking
            await call.heard_out("t1")
    finals = call.seen("transcript", final=True)
    assert [m["text"] for m in finals] == ["please add milk to the list"]
    assert call.replies("t1") == ["Milk it is."]


async def test_killed_while_the_model_thinks(providers: Providers) -> None:
    providers.claude.replies.append(Reply("Never heard.", then="stall"))
    providers.claude.stalled.clear()
    async with providers.ground.call() as call:
        with providers.answering("Thought twice."):
            await call.type("think")
            await asyncio.wait_for(providers.claude.stalled.wait(), LIMIT_S)
            providers.ground.instance.kill("conversation-worker")
            await call.heard_out("t1")
    assert call.replies("t1")[-1] == "Thought twice."


async def test_killed_in_the_middle_of_a_tool(providers: Providers) -> None:
    async with providers.ground.call() as call:
        async with providers.ground.held("todos_convonet"):
            await call.type("add a todo to count to one")
            await call.until("tool", state="started")
            providers.ground.instance.kill("conversation-worker")
        await call.heard_out("t1")
    assert "I've added a todo: count to one." in call.replies("t1")
    rows = await providers.ground.rows("select 1 from todos_convonet where title = 'count to one'")
    assert len(rows) == 1


async def test_the_supervisor_killed(providers: Providers) -> None:
    async with providers.ground.call() as call:
        await _told_story(call, providers, "supervisor")
    await asyncio.to_thread(providers.ground.instance.up)
    async with providers.ground.call() as call:
        with providers.answering("Still here."):
            await call.type("hello")
            await call.heard_out("t1")
    assert call.replies("t1") == ["Still here."]
