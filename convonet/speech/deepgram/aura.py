"""Deepgram Aura as `TextToSpeech`: a warm socket per call, replaced before anybody waits for it."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager

from deepgram import AsyncDeepgramClient

from convonet.errors import ProviderBusy, ProviderError
from convonet.speech.deepgram.pieces import pieces
from convonet.speech.deepgram.speak_wire import SpeakPatience, SpeakWire, open_wire


class AuraTextToSpeech:
    """Deepgram's v1 speak; linear16 at the session's rate."""

    def __init__(
        self,
        client: AsyncDeepgramClient,
        model: str = "aura-2-thalia-en",
        *,
        patience: SpeakPatience | None = None,
    ) -> None:
        self._client = client
        self._model = model
        self._patience = patience or SpeakPatience()

    @property
    def name(self) -> str:
        """Who it is, for people."""
        return f"Deepgram {self._model}"

    @asynccontextmanager
    async def speak(self, sample_rate: int) -> AsyncGenerator["AuraVoice"]:
        """Open a call's voice; see `TextToSpeech.speak`."""

        async def dial(lost: Callable[[], None]) -> SpeakWire:
            return await open_wire(self._client, self._model, sample_rate, self._patience, lost)

        voice = AuraVoice(dial)
        try:
            await voice.open()
            yield voice
        finally:
            await voice.close()


class AuraVoice:
    """A `SpeakingSession` over one socket at a time; made by `AuraTextToSpeech.speak`."""

    def __init__(self, dial: Callable[[Callable[[], None]], Awaitable[SpeakWire]]) -> None:
        self._dial = dial
        self._wire: SpeakWire | None = None
        self._spare: asyncio.Task[SpeakWire] | None = None
        self._closing: set[asyncio.Task[None]] = set()
        self._closed = False

    async def open(self) -> None:
        """Connect; raises as `TextToSpeech.speak` does."""
        self._wire = await self._dial(self._prepare_spare)

    async def synthesize(self, text: str) -> AsyncGenerator[bytes]:
        """Yield a sentence's audio; see `SpeakingSession.synthesize`."""
        said = pieces(text)
        if not said:
            return
        for again in (False, True):
            wire, waited = await self._ready_wire()
            heard = False
            try:
                async with aclosing(wire.say(said)) as audio:
                    async for pcm in audio:
                        heard = True
                        yield pcm
                return
            except ProviderBusy:
                # A socket that waited may have been lost meanwhile: that is no failed sentence.
                if heard or again or not waited:
                    raise

    async def close(self) -> None:
        """Close every socket."""
        self._closed = True
        if self._spare is not None:
            self._spare.cancel()
            spare = await asyncio.gather(self._spare, return_exceptions=True)
            self._retire(spare[0] if isinstance(spare[0], SpeakWire) else None)
        self._retire(self._wire)
        await asyncio.gather(*self._closing, return_exceptions=True)

    async def _ready_wire(self) -> tuple[SpeakWire, bool]:
        """Return a socket that takes a sentence, and whether it has been waiting for one."""
        wire = self._wire
        if wire is not None and await wire.ready():
            if wire.nearly_spent:
                self._prepare_spare()
            return wire, True
        self._retire(wire)
        self._wire = await self._take_spare()
        if self._wire is not None:
            return self._wire, True
        self._wire = await self._dial(self._prepare_spare)
        return self._wire, False

    def _prepare_spare(self) -> None:
        if self._spare is None and not self._closed:
            self._spare = asyncio.ensure_future(self._dial(self._prepare_spare))

    async def _take_spare(self) -> SpeakWire | None:
        if self._spare is None:
            return None
        try:
            spare = await asyncio.shield(self._spare)
        except ProviderError:
            return None
        finally:
            if self._spare.done():
                self._spare = None
        if await spare.ready():
            return spare
        self._retire(spare)
        return None

    def _retire(self, wire: SpeakWire | None) -> None:
        """Close a socket without waiting for it."""
        if wire is not None:
            task = asyncio.create_task(wire.close(), name="deepgram-speak-close")
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)
