"""The offline voice: a Piper voice on this machine."""

import asyncio
import os
import re
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import numpy as np
from numpy.typing import NDArray

from convonet.errors import ProviderBusy
from convonet.media.resampling import resample
from convonet.speech.local.loading import Loading
from convonet.speech.local.piper import PiperVoice
from convonet.speech.local.spoken_text import spoken

_LONGEST_CLAUSE = 80
"""Characters: a longer sentence is spoken clause by clause, so that it begins sooner."""
_SHORTEST_CLAUSE = 15
_BREATHS = re.compile(r"(?<=[,;:.!?])\s+|\s+(?=(?:and|but|or|because|which|who|so) )")
_SILENT = 0.01
_LEAD_MS = 60
_TRAIL_MS = 120
_THREADS_EACH = 2


class LocalTextToSpeech:
    """Speaks without a network; its voice is shared by all calls of the process."""

    def __init__(self, name: str, voice: Loading[PiperVoice]) -> None:
        self._name = name
        self._voice = voice
        self._threads = ThreadPoolExecutor(max(1, (os.cpu_count() or 1) // _THREADS_EACH), "voice")

    @property
    def name(self) -> str:
        """Who it is, for people: "Joe (on this machine)"."""
        return self._name

    async def warm(self) -> None:
        """Wait until the voice is loaded; raises as `speak` does."""
        await self._voice.ready()

    @asynccontextmanager
    async def speak(self, sample_rate: int) -> AsyncGenerator["LocalSpeakingSession"]:
        """Open a call's voice at `sample_rate` Hz, as soon as it is loaded.

        Raises:
            ProviderBusy: that takes too long.
            ProviderRefused: the voice is missing or broken.
        """
        yield LocalSpeakingSession(await self._voice.ready(), self._threads, sample_rate)


class LocalSpeakingSession:
    """One call's voice."""

    def __init__(self, voice: PiperVoice, threads: ThreadPoolExecutor, sample_rate: int) -> None:
        self._voice = voice
        self._threads = threads
        self._sample_rate = sample_rate

    async def synthesize(self, text: str) -> AsyncGenerator[bytes]:
        """Yield a sentence's audio clause by clause: the session's rate, mono, 16-bit.

        Raises:
            ProviderBusy: the voice failed on it.
        """
        for clause in clauses(spoken(text)):
            work = self._threads.submit(self._render, clause)
            try:
                audio = await asyncio.wrap_future(work)
            except RuntimeError as error:
                raise ProviderBusy(f"the voice failed: {error}") from error
            if audio:
                yield audio

    def _render(self, clause: str) -> bytes:
        rate = self._voice.sample_rate
        sound = trim(self._voice.render(clause), rate)
        pcm = (sound * 32_767).astype("<i2").tobytes()
        return resample(pcm, rate, self._sample_rate)


def clauses(text: str) -> list[str]:
    """Cut a long sentence where a speaker would breathe; a short one stays whole."""
    said: list[str] = []
    for part in _BREATHS.split(text.strip()):
        together = f"{said[-1]} {part}" if said else part
        crumb = len(part) < _SHORTEST_CLAUSE or (said and len(said[-1]) < _SHORTEST_CLAUSE)
        if said and (crumb or len(together) <= _LONGEST_CLAUSE):
            said[-1] = together
        elif part:
            said.append(part)
    return said


def trim(sound: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    """Return `sound` with at most 60 ms of silence before and 120 ms after it."""
    (loud,) = np.nonzero(np.abs(sound) > _SILENT)
    if not loud.size:
        return sound[:0]
    begin = max(0, int(loud[0]) - rate * _LEAD_MS // 1000)
    return sound[begin : int(loud[-1]) + rate * _TRAIL_MS // 1000]
