"""The offline ear: Whisper, a voice detector and a turn model on this machine."""

import asyncio
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from convonet.speech.local.decoder import Decoder, decoders_at_once
from convonet.speech.local.listening import LocalListeningSession, Models
from convonet.speech.local.loading import Loading
from convonet.speech.local.turn_model import TurnModel
from convonet.speech.local.vad import VoiceActivity
from convonet.speech.local.whisper import Whisper
from convonet.speech.ports import Hints


class LocalSpeechToText:
    """Hears without a network; its models are shared by all calls of the process."""

    def __init__(
        self,
        name: str,
        vad: Loading[VoiceActivity],
        turn: Loading[TurnModel | None],
        whisper: Loading[Whisper],
    ) -> None:
        self._name = name
        self._vad = vad
        self._turn = turn
        self._whisper = whisper
        self._decoder: Decoder | None = None
        self._threads = ThreadPoolExecutor(decoders_at_once() + 1, "ear")

    @property
    def name(self) -> str:
        """Who it is, for people: "Whisper tiny.en (on this machine)"."""
        return self._name

    async def warm(self) -> None:
        """Wait until every model is loaded; raises as `listen` does."""
        await self._models()

    @asynccontextmanager
    async def listen(self, hints: Hints) -> AsyncGenerator[LocalListeningSession]:
        """Open a call's ear, as soon as the models are loaded.

        Raises:
            ProviderBusy: they take too long.
            ProviderRefused: a model is missing or broken.
        """
        session = LocalListeningSession(await self._models(), hints.names)
        try:
            yield session
        finally:
            await session.close()

    async def _models(self) -> Models:
        vad, turn, whisper = await asyncio.gather(
            self._vad.ready(), self._turn.ready(), self._whisper.ready()
        )
        if self._decoder is None:
            self._decoder = Decoder(whisper)
        return Models(vad, turn, self._decoder, self._threads)
