import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convonet.errors import Fenced
from convonet.redis.client import Redis
from tests.session.calling import WAIT_S, Call

REPLY = "alpha beta gamma delta epsilon zeta eta theta."


@pytest.mark.parametrize("sent_ms", [100, 300, 500, 700, 900])
async def test_another_session_goes_on_with_the_very_next_sound(redis: Redis, sent_ms: int) -> None:
    call = Call(redis)
    async with call.session():
        asked = await call.ask("go")
        await call.reply("t1", asked.epoch, REPLY, "And more.")
        while len(call.play) < sent_ms * 16:
            await call.until("audio")
    async with call.session():
        await call.until("turn", turn_id="t1")
        ended = await call.conversations.until("playout_ended")
    assert call.heard == f"{REPLY}And more."
    assert ended.text == f"{REPLY} And more."
    assert [m["text"] for m in call.messages if m["type"] == "reply"] == [REPLY, "And more."]


@settings(max_examples=12, deadline=None)
@given(cuts=st.lists(st.integers(0, 8), min_size=1, max_size=4))
async def test_however_often_sessions_die_everything_is_heard_once(
    redis: Redis, cuts: list[int]
) -> None:
    call = Call(redis)
    async with call.session():
        asked = await call.ask("go")
        await call.reply("t1", asked.epoch, "abcdefghij", "klmnop.", "qrstuvwxyz.")
    for messages in cuts:
        async with call.session():
            for _ in range(messages):
                if "turn" not in call.types():
                    await call.streams.follow(call.id, 0, 50)
                    await asyncio.sleep(0.03)
            await call.drain()
    async with call.session():
        if "turn" not in call.types():
            await call.until("turn", turn_id="t1")
    assert call.heard == "abcdefghijklmnop.qrstuvwxyz."


async def test_what_the_workflow_did_not_learn_it_learns_from_the_next_session(
    redis: Redis,
) -> None:
    call = Call(redis)
    call.conversations.there = False
    async with call.session():
        await call.sound()
        call.stt.say("buy milk")
        await asyncio.wait_for(call.conversations.tried.wait(), WAIT_S)
    call.conversations.there = True
    async with call.session():
        utterance = await call.conversations.until("utterance_ended")
    assert (utterance.turn_id, utterance.text) == ("t1", "buy milk")


async def test_audio_of_an_unfinished_utterance_is_heard_again(redis: Redis) -> None:
    call = Call(redis)
    async with call.session():
        await call.ask("one")
        await call.sound(1_600)
        call.stt.start()
        await call.until("speech_started")
        await call.until("speech_started")
        await call.sound(800)
    async with call.session():
        await call.reopened(2)
        await call.sound(40)
        await call.fed(1_200)
        assert 1_200 <= call.stt.fed_ms <= 1_500
        call.stt.say("two")
        utterance = await call.conversations.until("utterance_ended", 2)
    assert utterance.turn_id == "t2"


async def test_a_typed_turn_is_not_taken_twice(redis: Redis) -> None:
    call = Call(redis)
    async with call.session():
        await call.sound(400)
        call.stt.start()
        await call.control(type="text", text="hello")
        await call.conversations.until("utterance_ended")
    async with call.session():
        await call.sound(40)
        await call.control(type="text", text="again")
        second = await call.conversations.until("utterance_ended", 2)
    assert second.text == "again"
    assert len([name for name, _ in call.conversations.told if name == "utterance_ended"]) == 2


async def test_a_session_that_wakes_up_late_can_do_nothing_more(redis: Redis) -> None:
    call = Call(redis)
    async with call.session() as old:
        await call.sound()
        async with call.session():
            await call.reopened(2)
            await call.control(type="text", text="go")
            asked = await call.conversations.until("utterance_ended")
            await call.reply("t1", asked.epoch, REPLY)
            await call.until("turn", turn_id="t1")
            with pytest.raises(Fenced):
                await asyncio.wait_for(old, WAIT_S)
    assert call.heard == REPLY


async def test_after_the_end_nothing_is_said(redis: Redis) -> None:
    call = Call(redis)
    async with call.session() as session:
        asked = await call.ask("go")
        await call.reply("t1", asked.epoch, REPLY)
        await call.until("audio")
        await call.streams.close(call.id, "hangup")
        await asyncio.wait_for(session, WAIT_S)
    await asyncio.wait_for(_run(call), WAIT_S)


async def _run(call: Call) -> None:
    async with call.session() as session:
        await session
