"""What a media session must know of the one before it, so that the caller notices nothing."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace

from convonet.redis.client import Redis
from convonet.session import phrases
from tests.fakes.speech import LiteralVoice
from tests.session.calling import PATIENT, PROMPT, Call


class SlowToLeave(LiteralVoice):
    """Begins its goodbye, and finishes it only when it is let: the caller can speak into it."""

    def __init__(self) -> None:
        super().__init__()
        self.may_leave = asyncio.Event()

    async def synthesize(self, text: str) -> AsyncGenerator[bytes, None]:
        async for pcm in super().synthesize(text):
            yield pcm
            if text == phrases.IDLE_GOODBYE:
                await self.may_leave.wait()


def replies(call: Call) -> list[str]:
    """Return the sentences shown so far."""
    return [message["text"] for message in call.messages if message["type"] == "reply"]


async def test_the_page_is_told_that_the_greeting_is_over(redis: Redis) -> None:
    call = Call(redis)
    async with call.session():
        await call.reply("greeting", 0, "Hello, how can I help you today?")
        await call.until("assistant_state", state="speaking")
    async with call.session():
        await call.until("turn", turn_id="greeting")
        await call.until("assistant_state", state="listening")


async def test_a_filler_is_not_said_again(redis: Redis) -> None:
    call = Call(redis, PROMPT)
    async with call.session():
        asked = await call.ask("look something up")
        await call.until("reply", text=phrases.FILLERS[0])
    async with call.session():
        await call.until("reply", text=phrases.FILLERS[1])
        await call.reply("t1", asked.epoch, "found it")
        await call.until("turn", turn_id="t1")
    *fillers, answer = replies(call)
    assert fillers[:2] == list(phrases.FILLERS[:2])
    assert answer == "found it"
    assert len(set(fillers)) == len(fillers)


async def test_a_goodbye_half_said_is_finished_and_ends_the_call(redis: Redis) -> None:
    call = Call(redis, replace(PATIENT, idle_prompt_s=0.3, idle_goodbye_s=0.3))
    async with call.session():
        await call.until("reply", text=phrases.IDLE_GOODBYE)
    async with call.session() as session:
        assert (await call.conversations.until("hung_up")).reason == "idle"
        await session
        await call.drain()
    assert replies(call).count(phrases.IDLE_GOODBYE) == 1


async def test_a_caller_who_speaks_into_the_goodbye_stays(redis: Redis) -> None:
    call = Call(redis, replace(PATIENT, idle_prompt_s=0.3, idle_goodbye_s=0.3))
    call.tts = voice = SlowToLeave()
    async with call.session():
        await call.until("reply", text=phrases.IDLE_GOODBYE)
        asked = await call.ask("no, I am here")
        voice.may_leave.set()
        await call.reply("t1", asked.epoch, "good")
        await call.until("turn", turn_id="t1")
        await call.until("reply", text=phrases.STILL_THERE)
        await call.until("reply", text=phrases.IDLE_GOODBYE)
        hung_up = await call.conversations.until("hung_up")
    names = [name for name, _ in call.conversations.told]
    assert names.count("hung_up") == 1
    assert hung_up.reason == "idle"


async def test_speech_that_could_not_be_understood_after_a_goodbye_keeps_the_call(
    redis: Redis,
) -> None:
    call = Call(redis, replace(PATIENT, idle_prompt_s=0.3, idle_goodbye_s=2))
    call.tts = voice = SlowToLeave()
    async with call.session():
        await call.until("reply", text=phrases.IDLE_GOODBYE)
        asked = await call.ask("no, I am here")
        voice.may_leave.set()
        await call.sound()
        call.stt.start()
        await call.reply("t1", asked.epoch, "good")
        call.stt.finish("")
        await call.until("turn", turn_id="t1")
        await call.sound()
        call.stt.start()
        call.stt.finish("", speech_ms=900)
        await call.until("reply", text=phrases.NOT_CAUGHT[0])
        await call.until("reply", text=phrases.STILL_THERE)
    assert "hung_up" not in [name for name, _ in call.conversations.told]


async def test_an_answer_thought_ahead_waits_for_the_caller_in_the_next_session_too(
    redis: Redis,
) -> None:
    call = Call(redis)
    async with call.session():
        await call.sound()
        call.stt.start()
        call.stt.finish("what time", eager=True)
        eager = await call.conversations.until("utterance_ended")
        await call.reply("t1", eager.epoch, "ten o'clock")
        await call.sound(200)
    async with call.session():
        await call.reopened(2)
        await call.fed(600)
        await call.sound(400)
        await call.drain()
        assert call.play == b""
        call.stt.say("what time")
        final = await call.conversations.until("utterance_ended", 2)
        await call.until("turn", turn_id="t1")
    assert final == eager.model_copy(update={"eager": False})
    assert call.heard == "ten o'clock"
    assert "barged_in" not in [name for name, _ in call.conversations.told]
