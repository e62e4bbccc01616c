from dataclasses import replace

import pytest

from convonet.redis.client import Redis
from convonet.session import phrases
from convonet.session.quiet import Quiet
from tests.session.calling import PATIENT, PROMPT, Call


async def test_thinking_for_long_gets_a_filler_that_is_not_part_of_the_conversation(
    redis: Redis,
) -> None:
    call = Call(redis, replace(PROMPT, next_filler_s=600))
    async with call.session():
        asked = await call.ask("look something up")
        await call.until("reply", turn_id="t1", text=phrases.FILLERS[0])
        await call.reply("t1", asked.epoch, "found it")
        ended = await call.conversations.until("playout_ended")
        await call.until("turn", turn_id="t1")
    assert call.heard == f"{phrases.FILLERS[0]}found it"
    assert ended.text == "found it"


async def test_speech_that_could_not_be_understood_gets_a_prompt(redis: Redis) -> None:
    call = Call(redis)
    async with call.session():
        await call.sound()
        call.stt.start()
        call.stt.finish("", speech_ms=900)
        await call.until("reply", text=phrases.NOT_CAUGHT[0], final=True)
        await call.until("assistant_state", state="listening")
    assert call.conversations.told == []


async def test_a_cough_while_nobody_speaks_gets_nothing(redis: Redis) -> None:
    call = Call(redis)
    async with call.session():
        await call.sound()
        call.stt.start()
        call.stt.finish("", speech_ms=150)
        await call.until("speech_stopped")
        await call.ask("hello")
        await call.drain()
    assert "reply" not in call.types()


async def test_silence_gets_one_prompt_and_then_a_goodbye(redis: Redis) -> None:
    call = Call(redis, replace(PATIENT, idle_prompt_s=0.3, idle_goodbye_s=0.3))
    async with call.session() as session:
        await call.until("reply", text=phrases.STILL_THERE)
        await call.until("reply", text=phrases.IDLE_GOODBYE)
        hung_up = await call.conversations.until("hung_up")
        await session
    assert hung_up.reason == "idle"


async def test_an_answer_to_the_prompt_keeps_the_call(redis: Redis) -> None:
    call = Call(redis, replace(PATIENT, idle_prompt_s=0.3, idle_goodbye_s=600))
    async with call.session():
        await call.until("reply", text=phrases.STILL_THERE)
        await call.ask("yes I am")
        await call.drain()
    assert "hung_up" not in [name for name, _ in call.conversations.told]


async def test_a_caller_who_does_not_come_back_has_hung_up(redis: Redis) -> None:
    call = Call(redis, replace(PATIENT, reconnect_s=0.3))
    async with call.session() as session:
        await call.leave()
        hung_up = await call.conversations.until("hung_up")
        await session
    assert hung_up.reason == "hangup"


async def test_a_call_ends_at_its_time_limit(redis: Redis) -> None:
    call = Call(redis, replace(PATIENT, max_call_s=0.2))
    async with call.session() as session:
        await call.until("reply", text=phrases.TIME_IS_UP)
        await session
    assert (await call.conversations.until("hung_up")).reason == "goodbye"


@pytest.mark.parametrize(("silent_ms", "due"), [(1_500, True), (60_000, True), (-60_000, False)])
def test_a_filler_is_due_when_it_was_silent_before_this_session(
    silent_ms: int, *, due: bool
) -> None:
    quiet = Quiet(replace(PATIENT, filler_s=1.5))
    quiet.silent_already(silent_ms)
    assert (quiet.filler(0) is not None) is due
    assert quiet.filler(0) is None


async def test_a_session_that_takes_over_knows_since_when_the_assistant_thinks(
    redis: Redis,
) -> None:
    call = Call(redis, replace(PATIENT, filler_s=1.5, next_filler_s=600))
    async with call.session():
        asked = await call.ask("look something up")
        await call.until("assistant_state", state="thinking")
    async with call.session():
        await call.until("reply", turn_id="t1", text=phrases.FILLERS[0])
        await call.reply("t1", asked.epoch, "found it")
        await call.until("turn", turn_id="t1")
    assert call.heard == f"{phrases.FILLERS[0]}found it"
