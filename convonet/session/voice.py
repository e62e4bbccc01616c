"""The assistant's voice: sentences made into sound a little ahead of what is being played."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from contextlib import aclosing

from convonet.errors import ProviderBusy
from convonet.media.playout import Playout, Sentence
from convonet.speech.ports import SpeakingSession, TextToSpeech

_log = logging.getLogger(__name__)

_AHEAD_MS = 8_000
"""No more sound than this is made before it is needed."""

_TRIES = 3
_PAUSE_S = 0.15


class Voice:
    """Makes the sound of whatever playouts there are, in order."""

    def __init__(
        self,
        tts: TextToSpeech,
        rate: int,
        playouts: Callable[[], Iterable[Playout]],
        on_sound: Callable[[], None],
        on_trouble: Callable[[ProviderBusy], None],
    ) -> None:
        self._tts = tts
        self._rate = rate
        self._playouts = playouts
        self._on_sound = on_sound
        self._on_trouble = on_trouble
        self._wake = asyncio.Event()
        self._making: asyncio.Task[None] | None = None
        self._tries: dict[int, int] = {}

    def wake(self) -> None:
        """There may be something to make."""
        self._wake.set()

    def drop(self) -> None:
        """Nobody wants what is being made any more."""
        if self._making is not None:
            self._making.cancel()
        self._tries.clear()
        self._wake.set()

    async def run(self) -> None:
        """Make sound until cancelled.

        Raises:
            ProviderRefused: text-to-speech will never work as it is set up.
        """
        while True:
            try:
                async with self._tts.speak(self._rate) as session:
                    while True:
                        await self._make(session, await self._next())
            except ProviderBusy as error:
                _log.warning("text-to-speech broke off: %s", error)
                await asyncio.sleep(_PAUSE_S)

    async def _next(self) -> Sentence:
        while True:
            self._wake.clear()
            for playout in self._playouts():
                if playout.made_ms - playout.sent_ms > _AHEAD_MS:
                    break
                for sentence in playout.sentences:
                    if not sentence.made:
                        return sentence
            await self._wake.wait()

    async def _make(self, session: SpeakingSession, sentence: Sentence) -> None:
        self._making = asyncio.create_task(self._synthesize(session, sentence), name="synthesize")
        try:
            await asyncio.wait({self._making})
            if not self._making.cancelled():
                self._making.result()
        except ProviderBusy as error:
            self._count(sentence, error)
            raise
        finally:
            self._making.cancel()
            self._making = None

    def _count(self, sentence: Sentence, error: ProviderBusy) -> None:
        tries = self._tries.get(id(sentence), 0) + 1
        self._tries[id(sentence)] = tries
        if tries >= _TRIES:
            sentence.made = True
            self._on_trouble(error)
            self._on_sound()

    async def _synthesize(self, session: SpeakingSession, sentence: Sentence) -> None:
        done = len(sentence.pcm)
        made = 0
        async with aclosing(session.synthesize(sentence.text)) as sound:
            async for pcm in sound:
                # A second try begins anew: what the first one made stays, and may have been heard.
                fresh = pcm[max(0, done - made) :]
                made += len(pcm)
                if fresh:
                    sentence.pcm += fresh
                    self._on_sound()
        sentence.made = True
        self._tries.pop(id(sentence), None)
        self._on_sound()
