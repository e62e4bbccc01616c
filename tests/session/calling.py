"""A call with a real media session and real streams; the test plays caller, ear and workflow."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

from convonet import ids
from convonet.contracts import Contract
from convonet.contracts.caller import Caller, Team
from convonet.contracts.conversation import RunMediaSession
from convonet.contracts.speech import Say
from convonet.redis import keys
from convonet.redis.client import Redis
from convonet.redis.media import MediaStore
from convonet.session.quiet import Limits
from convonet.session.session import MediaSession, Surroundings
from convonet.speech.ports import Engines
from tests.fakes.speech import LiteralVoice, ScriptedSpeechToText, spelled
from tests.redis.edge import EdgeStreams

RATE = 8_000
PATIENT = Limits(
    idle_prompt_s=600, idle_goodbye_s=600, max_call_s=600, reconnect_s=600, filler_s=600
)
"""Says nothing of its own: a machine that stands still must not fill a test's silence."""

PROMPT = replace(PATIENT, filler_s=0.3)
"""Says soon that the assistant is still thinking."""
CALLER = Caller(user_id=uuid4(), name="Ada Lovelace", teams=(Team(id=uuid4(), name="Engines"),))
WAIT_S = 30.0


class RecordingConversations:
    """Keeps what the workflow is told; while it is not `there`, telling it never ends."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Any]] = []
        self.there = True
        self.tried = asyncio.Event()
        self._news = asyncio.Event()

    async def utterance_ended(self, call_id: str, utterance: Contract) -> None:
        await self._tell("utterance_ended", utterance)

    async def utterance_withdrawn(self, call_id: str, withdrawal: Contract) -> None:
        await self._tell("utterance_withdrawn", withdrawal)

    async def barged_in(self, call_id: str, heard: Contract) -> None:
        await self._tell("barged_in", heard)

    async def playout_ended(self, call_id: str, heard: Contract) -> None:
        await self._tell("playout_ended", heard)

    async def transfer_requested(self, call_id: str, request: Contract) -> None:
        await self._tell("transfer_requested", request)

    async def hung_up(self, call_id: str, hung_up: Contract) -> None:
        await self._tell("hung_up", hung_up)

    async def _tell(self, name: str, body: Contract) -> None:
        self.tried.set()
        if not self.there:
            await asyncio.Event().wait()
        self.told.append((name, body))
        self._news.set()

    async def until(self, name: str, count: int = 1) -> Any:
        """Return the `count`th signal of that name, waiting for it."""
        async with asyncio.timeout(WAIT_S):
            while len(found := [body for told, body in self.told if told == name]) < count:
                self._news.clear()
                await self._news.wait()
        return found[count - 1]


class Call:
    """One call. `play` is what a caller would hear, silences left out."""

    def __init__(
        self, redis: Redis, limits: Limits = PATIENT, *, carries_heard: bool = False
    ) -> None:
        self.id = ids.new_call_id()
        self.streams = EdgeStreams(redis)
        self.stt = ScriptedSpeechToText()
        self.tts = LiteralVoice()
        self.conversations = RecordingConversations()
        self.messages: list[dict[str, Any]] = []
        self.play = b""
        self._redis = redis
        self._limits = limits
        self._carries_heard = carries_heard
        self._seq = 0
        self._epoch_of_say = 0
        self._attempt = 0

    @asynccontextmanager
    async def session(self) -> AsyncGenerator["asyncio.Task[None]"]:
        """Run a media session, newer than any before; it is cut off at the end, as by a crash."""
        self._attempt += 1
        await self.streams.hold_client(self.id, "test", 600)
        around = Surroundings(
            engines=Engines(self.stt, self.tts),
            conversations=self.conversations,
            limits=self._limits,
        )
        request = RunMediaSession(
            call_id=self.id,
            caller=CALLER,
            generation=0,
            output_sample_rate=RATE,
            carries_heard=self._carries_heard,
        )
        session = MediaSession(request, self._attempt, MediaStore(self._redis, self.id), around)
        task = asyncio.create_task(session.run())
        try:
            yield task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    # --- the caller ---

    async def sound(self, ms: int = 400) -> None:
        """Send caller audio and wait until the ear has it."""
        wanted = self.stt.total + ms // 40 * 1_280
        for _ in range(ms // 40):
            await self.streams.append_audio(self.id, bytes(1_280), _now_ms())
        await self._until(lambda: self.stt.total >= wanted)

    async def fed(self, ms: int) -> None:
        """Wait until the ear that is open now has been fed that much."""
        await self._until(lambda: self.stt.fed_ms >= ms)

    async def reopened(self, times: int) -> None:
        """Wait until the ear has been opened that often."""
        await self._until(lambda: self.stt.opened >= times)

    async def _until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(WAIT_S):
            while not holds():  # noqa: ASYNC110 - what it waits for is a count, not an event
                await asyncio.sleep(0.01)

    async def control(self, **control: Any) -> None:
        await self.streams.append_control(self.id, control, _now_ms())

    async def leave(self) -> None:
        """The connection ends, as the edge reports it."""
        await self._redis.delete(keys.client(self.id))
        await self.control(type="disconnected")

    async def come_back(self) -> None:
        await self.streams.hold_client(self.id, "test", 600)
        await self.control(type="connected")

    async def until(self, kind: str, *, within_s: float = WAIT_S, **fields: Any) -> dict[str, Any]:
        """Read messages up to one of that type with those fields; return it."""
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            for entry in await self.streams.follow(self.id, self._seq, 200, count=1):
                message = json.loads(entry.event)
                assert entry.seq == self._seq + 1
                self._seq = entry.seq
                self.messages.append(message)
                self._hear(message, entry.audio)
                if message["type"] == kind and fields.items() <= message.items():
                    return message
        raise AssertionError(f"no {kind} {fields}; there were {self.messages}")

    async def drain(self) -> None:
        """Read what has been sent by now."""
        while entries := await self.streams.follow(self.id, self._seq, 1, count=1):
            self._seq = entries[0].seq
            message = json.loads(entries[0].event)
            self.messages.append(message)
            self._hear(message, entries[0].audio)

    def _hear(self, message: dict[str, Any], audio: bytes) -> None:
        if message["type"] == "audio":
            assert len(audio) == message["ms"] * RATE // 1_000 * 2
            self.play += audio

    @property
    def heard(self) -> str:
        """What was sent to the caller's ear, spelled out."""
        return spelled(self.play, RATE)

    def types(self) -> list[str]:
        return [message["type"] for message in self.messages]

    # --- the assistant ---

    async def reply(self, turn_id: str, epoch: int, *sentences: str, step: int = 0) -> None:
        """Have a whole reply spoken, as `take_turn` would."""
        for index, text in enumerate(sentences):
            await self.hand_over(turn_id, epoch, text, index=index, step=step)
        end = Say(
            kind="end", turn_id=turn_id, epoch=epoch, step=step, index=len(sentences), final=True
        )
        await self.streams.say(self.id, end, 1)

    async def hand_over(
        self, turn_id: str, epoch: int, text: str, *, index: int = 0, step: int = 0
    ) -> None:
        say = Say(kind="sentence", turn_id=turn_id, epoch=epoch, step=step, index=index, text=text)
        await self.streams.say(self.id, say, 1)

    async def ask(self, text: str) -> Any:
        """Say something and return the utterance the workflow learns of."""
        count = 1 + sum(1 for name, _ in self.conversations.told if name == "utterance_ended")
        await self.sound()
        self.stt.say(text)
        return await self.conversations.until("utterance_ended", count)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
