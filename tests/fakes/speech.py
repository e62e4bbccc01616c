"""Speech engines that do exactly what a test says."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

from convonet.errors import ProviderBusy
from convonet.speech.ports import (
    EndOfTurn,
    HeardEvent,
    Hints,
    Interim,
    SpeechStarted,
    SpeechStopped,
)

MS_PER_CHARACTER = 20
"""How long the literal voice takes for a character."""


class ScriptedSpeechToText:
    """Hears what the test tells it to hear, and counts the audio it is fed."""

    name = "scripted"

    def __init__(self) -> None:
        self.fed = bytearray()
        self.hints = Hints()
        self.opened = 0
        self.total = 0
        self._events: asyncio.Queue[HeardEvent | ProviderBusy] = asyncio.Queue()

    @asynccontextmanager
    async def listen(self, hints: Hints) -> AsyncGenerator["ScriptedSpeechToText"]:
        self.hints = hints
        self.opened += 1
        self.fed.clear()
        yield self

    async def feed(self, pcm: bytes) -> None:
        self.fed += pcm
        self.total += len(pcm)

    async def events(self) -> AsyncIterator[HeardEvent]:
        while True:
            event = await self._events.get()
            if isinstance(event, ProviderBusy):
                raise event
            yield event

    @property
    def fed_ms(self) -> int:
        return len(self.fed) // 32

    def hear(self, *events: HeardEvent | ProviderBusy) -> None:
        for event in events:
            self._events.put_nowait(event)

    def start(self) -> None:
        self.hear(SpeechStarted(self.fed_ms))

    def finish(self, text: str, *, speech_ms: int = 600, eager: bool = False) -> None:
        end = EndOfTurn(text, self.fed_ms, self.fed_ms, 0, 0, speech_ms, eager)
        self.hear(*([] if eager else [SpeechStopped(self.fed_ms)]), end)

    def say(self, text: str) -> None:
        """A whole utterance, from the first sound to the last."""
        self.start()
        self.hear(Interim(text))
        self.finish(text)


class LiteralVoice:
    """Says a character in 20 ms: each sample of its sound tells where in the text it belongs."""

    name = "literal"

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.failures = 0
        self._rate = 0

    @asynccontextmanager
    async def speak(self, sample_rate: int) -> AsyncGenerator["LiteralVoice"]:
        self._rate = sample_rate
        yield self

    async def synthesize(self, text: str) -> AsyncGenerator[bytes, None]:
        self.asked.append(text)
        for character in text:
            if self.failures:
                self.failures -= 1
                raise ProviderBusy("no voice today")
            samples = self._rate * MS_PER_CHARACTER // 1_000
            yield ord(character).to_bytes(2, "little") * samples
            await asyncio.sleep(0)


def spelled(pcm: bytes, rate: int) -> str:
    """Return the text that literal sound says."""
    step = rate * MS_PER_CHARACTER // 1_000 * 2
    return "".join(
        chr(int.from_bytes(pcm[place : place + 2], "little")) for place in range(0, len(pcm), step)
    )
