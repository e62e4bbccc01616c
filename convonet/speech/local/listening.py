"""One call's ear: sound in, turns of words out, on this machine."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np

from convonet.errors import ProviderBusy
from convonet.media.endpointing import Edge, Ended, Endpointer, Paused, Resumed, Started
from convonet.speech.local.decoder import Decoder
from convonet.speech.local.event_line import EventLine, Promise
from convonet.speech.local.sound import Sound
from convonet.speech.local.transcript import is_invented
from convonet.speech.local.turn_model import TurnModel
from convonet.speech.local.turn_words import TurnWords
from convonet.speech.local.vad import WINDOW, VoiceActivity
from convonet.speech.ports import (
    INPUT_RATE,
    EndOfTurn,
    HeardEvent,
    Interim,
    SpeechStarted,
    SpeechStopped,
)

_PRE_ROLL_MS = 200
_FINISHED = 0.5
_WORDS_LIMIT_S = 60.0
_INLINE_WINDOWS = 4
"""More windows than this (0.6 ms of work) are judged in a thread."""
_BATCH_WINDOWS = 64
_LAGGING = INPUT_RATE
"""With so many samples waiting (a replay), words so far would only come too late."""
_FULL = 60 * INPUT_RATE
_BARELY_VOICED_MS = 256
_BARELY_AUDIBLE = 0.003


@dataclass(frozen=True)
class Models:
    """What an ear needs; without a turn model every turn ends by silence alone."""

    vad: VoiceActivity
    turn: TurnModel | None
    decoder: Decoder
    threads: Executor
    """For the short work of the other two: never behind anybody's long work."""


class LocalListeningSession:
    """Hears one call. Everything it decides counts the sound fed, never the clock.

    A pause inside a turn gives SpeechStopped, its end SpeechStarted with the turn's own beginning
    again. A turn's events come after all of those of the turn before.
    """

    def __init__(self, models: Models, names: Sequence[str]) -> None:
        self._models = models
        self._names = names
        self._ear = models.vad.ear()
        self._endpointer = Endpointer()
        self._sound = Sound()
        self._line = EventLine()
        self._fed = asyncio.Event()
        self._judged = asyncio.Event()
        self._words: TurnWords | None = None
        self._started_ms = 0
        self._turn_end_ms = 0
        self._finishing: set[asyncio.Task[None]] = set()
        self._listening = asyncio.create_task(self._listen())
        self._listening.add_done_callback(self._stopped)

    async def feed(self, pcm: bytes) -> None:
        """Take caller audio of any length; waits only while a minute of it is still unjudged.

        Raises:
            ProviderBusy: the ear has stopped.
        """
        while self._sound.waiting >= _FULL and not self._listening.done():
            self._judged.clear()
            await self._judged.wait()
        if self._listening.done():
            raise ProviderBusy("the local ear has stopped; open another")
        self._sound.append(pcm)
        self._fed.set()

    def events(self) -> AsyncIterator[HeardEvent]:
        """Yield what is heard until the session is closed; raises as `feed` does."""
        return self._line.events()

    async def close(self) -> None:
        """End the session: what is still being decoded is dropped, `events` ends."""
        self._line.close()
        tasks = {self._listening, *self._finishing}
        for task in tasks:
            task.cancel()
        if self._words is not None:
            self._words.drop()
        await asyncio.wait(tasks)

    async def _listen(self) -> None:
        while True:
            await self._fed.wait()
            self._fed.clear()
            while self._sound.waiting >= WINDOW:
                for probability in await self._judge():
                    await self._hear(probability)
                self._tidy()
                await asyncio.sleep(0)

    async def _judge(self) -> list[float]:
        count = min(self._sound.waiting // WINDOW, _BATCH_WINDOWS)
        windows = self._sound.take(count * WINDOW).reshape(count, WINDOW)
        if count <= _INLINE_WINDOWS:
            return self._ear.judge(windows)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._models.threads, self._ear.judge, windows)

    async def _hear(self, probability: float) -> None:
        for edge in self._endpointer.feed(probability):
            await self._on(edge)
        if self._words is not None:
            self._words.grow(self._endpointer.now_ms)

    def _tidy(self) -> None:
        now_ms = self._endpointer.now_ms
        if self._words is None:
            self._sound.forget_before(now_ms - 2 * _PRE_ROLL_MS)
        elif self._endpointer.voice_end_ms == now_ms and self._sound.waiting < _LAGGING:
            self._words.so_far(now_ms)
        self._judged.set()

    async def _on(self, edge: Edge) -> None:
        match edge:
            case Started(at_ms):
                self._begin(at_ms)
            case Paused(voice_end_ms, at_ms):
                await self._pause(voice_end_ms, at_ms)
            case Resumed():
                self._resume()
            case Ended():
                self._end(edge, asked_ms=0)

    def _begin(self, at_ms: int) -> None:
        # What was before the last turn's end belongs to that turn, also for a replay from there.
        from_ms = max(at_ms - _PRE_ROLL_MS, self._turn_end_ms)
        self._words = TurnWords(
            self._models.decoder, self._sound, self._names, from_ms, self._so_far
        )
        self._started_ms = at_ms
        self._line.put(SpeechStarted(at_ms))

    def _resume(self) -> None:
        if self._words is not None:
            self._words.resume()
            # Where the turn began, not where it goes on: all of it may have to be heard again.
            self._line.put(SpeechStarted(self._started_ms))

    def _so_far(self, text: str) -> None:
        self._line.put(Interim(text))

    async def _pause(self, voice_end_ms: int, at_ms: int) -> None:
        words = self._words
        if words is None:
            return
        self._line.put(SpeechStopped(voice_end_ms))
        words.pause(voice_end_ms)
        if self._models.turn is None:
            return
        asked = time.perf_counter()
        sound = self._sound.between(words.from_ms, at_ms)
        # The sound behind the pause waits for the answer, so that a replay decides the same.
        finished = await asyncio.get_running_loop().run_in_executor(
            self._models.threads, self._models.turn.finished, sound
        )
        if finished > _FINISHED and (ended := self._endpointer.end()):
            self._end(ended, asked_ms=_ms_since(asked))

    def _end(self, ended: Ended, asked_ms: int) -> None:
        words, self._words = self._words, None
        if words is None:
            return
        self._turn_end_ms = ended.at_ms
        sound = self._sound.between(ended.started_ms, ended.voice_end_ms)
        loudness = float(np.sqrt(np.mean(sound**2))) if sound.size else 0.0
        faint = ended.voiced_ms < _BARELY_VOICED_MS or loudness < _BARELY_AUDIBLE
        words.end(ended.voice_end_ms)
        turn = EndOfTurn(
            text="",
            speech_end_ms=ended.voice_end_ms,
            end_ms=ended.at_ms,
            endpointing_ms=ended.at_ms - ended.voice_end_ms + asked_ms,
            stt_ms=0,
            speech_ms=ended.voiced_ms,
        )
        task = asyncio.create_task(self._finish(words, turn, self._line.promise(), faint=faint))
        self._finishing.add(task)
        task.add_done_callback(self._finishing.discard)

    async def _finish(
        self, words: TurnWords, turn: EndOfTurn, promise: Promise, *, faint: bool
    ) -> None:
        decided = time.perf_counter()
        try:
            async with asyncio.timeout(_WORDS_LIMIT_S):
                text = await words.text()
        except (ProviderBusy, TimeoutError) as error:
            _keep(promise, ProviderBusy(f"the words of a turn did not come: {error}"))
            return
        finally:
            words.drop()
        text = "" if faint and is_invented(text) else text
        _keep(promise, replace(turn, text=text, stt_ms=_ms_since(decided)))

    def _stopped(self, listening: asyncio.Task[None]) -> None:
        self._judged.set()
        if not listening.cancelled() and (error := listening.exception()):
            self._line.fail(error)


def _keep(promise: Promise, outcome: HeardEvent | ProviderBusy) -> None:
    if promise.done():
        return
    if isinstance(outcome, ProviderBusy):
        promise.set_exception(outcome)
    else:
        promise.set_result(outcome)


def _ms_since(moment: float) -> int:
    return round((time.perf_counter() - moment) * 1000)
