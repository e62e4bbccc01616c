"""No word is lost between the caller and speech-to-text, however that one behaves."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from convonet.errors import ProviderBusy
from convonet.redis.client import Redis
from convonet.speech.ports import Hints
from tests.fakes.speech import ScriptedSpeechToText
from tests.session.calling import Call


class SlowToOpen(ScriptedSpeechToText):
    """Opens only when it is let, each time anew."""

    def __init__(self) -> None:
        super().__init__()
        self.may_open = asyncio.Event()

    @asynccontextmanager
    async def listen(self, hints: Hints) -> AsyncGenerator[ScriptedSpeechToText]:
        await self.may_open.wait()
        async with super().listen(hints) as session:
            yield session


async def test_what_is_said_before_the_ear_is_open_is_heard(redis: Redis) -> None:
    call = Call(redis)
    call.stt = stt = SlowToOpen()
    async with call.session():
        await call.streams.append_audio(call.id, bytes(32_000), 1)
        # Typed behind it: once that is known, the audio before it has been read.
        await call.control(type="text", text="hello")
        await call.conversations.until("utterance_ended")
        stt.may_open.set()
        await call.fed(1_000)


async def test_words_cut_off_by_a_broken_socket_are_heard_by_the_next(redis: Redis) -> None:
    call = Call(redis)
    call.stt = stt = SlowToOpen()
    stt.may_open.set()
    async with call.session():
        await call.sound(400)
        call.stt.start()
        await call.until("speech_started")
        await call.sound(6_000)
        stt.may_open.clear()
        stt.hear(ProviderBusy("cut"))
        await call.until("error", code="hearing_unavailable")
        # The caller goes on speaking while nobody listens.
        for _ in range(50):
            await call.streams.append_audio(call.id, bytes(1_280), 1)
        await call.control(type="text", text="hello")
        await call.conversations.until("utterance_ended")
        stt.may_open.set()
        await call.fed(6_000 + 400 + 2_000)


async def test_what_the_next_ear_hears_begins_with_what_the_last_one_lost(redis: Redis) -> None:
    call = Call(redis)
    async with call.session():
        await call.streams.append_audio(call.id, b"\1\1" * 640, 1)
        await call.fed(40)
        call.stt.hear(ProviderBusy("cut"))
        await call.until("error", code="hearing_unavailable")
        await call.reopened(2)
        await call.streams.append_audio(call.id, b"\2\2" * 640, 1)
        await call.fed(80)
        assert call.stt.fed == b"\1\1" * 640 + b"\2\2" * 640
