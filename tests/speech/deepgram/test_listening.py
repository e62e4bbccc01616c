"""What a call's ear does when its socket or its owner does not behave."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from convonet.errors import ProviderBusy
from convonet.speech.deepgram.clock import AudioClock
from convonet.speech.deepgram.listening import Patience, ear
from convonet.speech.ports import HeardEvent, Interim
from tests.speech.deepgram.sounds import quiet, tone


class OpenSocket:
    """Takes audio when it likes, says what the test says."""

    def __init__(self, *, takes_audio: bool = True) -> None:
        self.messages: asyncio.Queue[object] = asyncio.Queue()
        self._takes_audio = takes_audio
        self.sent = bytearray()

    async def send_media(self, message: bytes) -> None:
        if not self._takes_audio:
            await asyncio.Event().wait()
        self.sent += message

    async def __aiter__(self) -> AsyncIterator[object]:
        while True:
            yield await self.messages.get()


class DeafTurns:
    """Hears nothing, or fails at it."""

    open = False

    def __init__(self, error: Exception | None = None) -> None:
        self._error = error

    def hear(self, message: object) -> list[HeardEvent]:
        if self._error is not None:
            raise self._error
        return [Interim("yes")] if message == "answer" else []


async def test_an_answer_ends_the_wait_for_one() -> None:
    socket = OpenSocket()
    patience = Patience(stall_s=0.05)
    async with ear(
        socket, DeafTurns(), AudioClock(), keep_alive=None, patience=patience
    ) as session:
        await session.feed(tone(1_000))
        await asyncio.sleep(0.06)
        socket.messages.put_nowait("answer")
        async with asyncio.timeout(60):
            await anext(session.events())
        await session.feed(tone(20))
        await asyncio.sleep(0.06)
        with pytest.raises(ProviderBusy, match="stopped answering"):
            await session.feed(tone(1_000))


async def test_a_fault_of_our_own_is_not_swallowed() -> None:
    socket, turns = OpenSocket(), DeafTurns(LookupError("ours"))
    socket.messages.put_nowait("anything")
    async with ear(socket, turns, AudioClock(), keep_alive=None, patience=Patience()) as session:
        async with asyncio.timeout(60):
            with pytest.raises(LookupError, match="ours"):
                await anext(session.events())
        with pytest.raises(LookupError):
            await session.feed(tone(20))


async def test_audio_that_nobody_takes_does_not_pile_up_for_ever() -> None:
    socket = OpenSocket(takes_audio=False)
    async with ear(
        socket, DeafTurns(), AudioClock(), keep_alive=None, patience=Patience()
    ) as session:
        await session.feed(quiet(100))
        await asyncio.sleep(0)
        with pytest.raises(ProviderBusy, match="slower than it is spoken"):
            await session.feed(quiet(61_000))


async def test_audio_kept_for_a_new_session_is_no_stall_because_it_comes_at_once() -> None:
    socket = OpenSocket()
    async with ear(
        socket, DeafTurns(), AudioClock(), keep_alive=None, patience=Patience(stall_s=15)
    ) as session:
        await session.feed(tone(10_000))
        await session.feed(tone(10_000))
        async with asyncio.timeout(60):
            while len(socket.sent) < len(tone(20_000)):  # noqa: ASYNC110
                await asyncio.sleep(0.01)


async def test_a_process_that_stood_still_hears_what_waits_for_it_before_any_silence() -> None:
    socket, turns = OpenSocket(), DeafTurns()
    turns.open = True
    patience = Patience(gap_s=0.05)
    async with ear(socket, turns, AudioClock(), keep_alive=None, patience=patience) as session:
        await asyncio.sleep(0)
        time.sleep(1.2)  # noqa: ASYNC251 - as if it was frozen
        for _ in range(5):
            await asyncio.sleep(0)
        await session.feed(tone(80))
        async with asyncio.timeout(60):
            while not socket.sent:  # noqa: ASYNC110
                await asyncio.sleep(0)
    assert socket.sent.startswith(tone(80))
