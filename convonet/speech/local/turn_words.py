"""The words of one turn while it is being said: decoded early, never twice if avoidable."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from convonet.speech.local.decoder import Decoder
from convonet.speech.local.sound import Sound
from convonet.speech.local.transcript import clean
from convonet.speech.local.whisper import quietest
from convonet.speech.ports import INPUT_RATE

_INTERIM_EVERY_MS = 1_000
_TAIL_MS = 96
"""So much after the last voice belongs to it: the end of an "s"."""
_SILENCE_MS = 256
"""So much is decoded after the last voice: the same however the turn ends."""
_PIECE_MS = 12_000
"""At a pause, a stretch this long is decoded for good, so that a long turn ends as fast."""
_LONGEST_PIECE_MS = 26_000
_CUT_WITHIN_MS = 6_000


@dataclass(frozen=True)
class _Decode:
    to_ms: int
    task: asyncio.Task[str]


class TurnWords:
    """Decodes a turn's sound from `from_ms` on; `tell` hears the words so far."""

    def __init__(
        self,
        decoder: Decoder,
        sound: Sound,
        names: Sequence[str],
        from_ms: int,
        tell: Callable[[str], None],
    ) -> None:
        self.from_ms = from_ms
        self._decoder = decoder
        self._sound = sound
        self._names = names
        self._tell: Callable[[str], None] | None = tell
        self._piece_ms = from_ms
        self._pause_ms = from_ms
        self._asked_ms = from_ms
        self._settled: list[asyncio.Task[str]] = []
        self._latest: _Decode | None = None
        self._tasks: set[asyncio.Task[str]] = set()

    def grow(self, now_ms: int) -> None:
        """The turn lasts: a very long stretch without a pause is cut where it is quietest."""
        if now_ms - self._piece_ms >= _LONGEST_PIECE_MS:
            begin = now_ms - _CUT_WITHIN_MS
            quiet = quietest(self._sound.between(begin, now_ms))
            self._settle(begin + quiet * 1000 // INPUT_RATE)

    def so_far(self, now_ms: int) -> None:
        """The caller is speaking: decode what there is, about once a second, if nobody waits."""
        if now_ms - self._asked_ms >= _INTERIM_EVERY_MS and self._decoder.idle:
            self._start(now_ms, so_far=True)

    def pause(self, voice_end_ms: int) -> None:
        """The caller paused: begin on the last words, for this may have been the end."""
        self._pause_ms = voice_end_ms + _TAIL_MS
        if not self._covers(voice_end_ms) and self._decoder.free:
            self._start(voice_end_ms + _SILENCE_MS, so_far=False)

    def resume(self) -> None:
        """The caller goes on: what was said before a long stretch's pause is settled."""
        if self._pause_ms - self._piece_ms >= _PIECE_MS:
            self._settle(self._pause_ms)

    def end(self, voice_end_ms: int) -> None:
        """The turn is over; from now on `tell` hears nothing more."""
        self._tell = None
        if voice_end_ms > self._piece_ms and not self._covers(voice_end_ms):
            self._start(voice_end_ms + _SILENCE_MS, so_far=False)

    async def text(self) -> str:
        """Return the words of the ended turn, all of them; raises as `Decoder.decode` does."""
        latest = [self._latest.task] if self._latest else []
        return clean(" ".join([await task for task in (*self._settled, *latest)]))

    def drop(self) -> None:
        """Nobody wants the words any more."""
        self._tell = None
        for task in self._tasks:
            task.cancel()

    def _covers(self, voice_end_ms: int) -> bool:
        return self._latest is not None and self._latest.to_ms >= voice_end_ms + _TAIL_MS

    def _settle(self, ms: int) -> None:
        """Decode up to here for good, and go on from here."""
        if self._latest is None or not self._covers(ms - _TAIL_MS):
            self._latest = self._start(ms, so_far=False)
        self._settled.append(self._latest.task)
        self._latest = None
        self._piece_ms = ms

    def _start(self, to_ms: int, *, so_far: bool) -> _Decode:
        decode = self._decoder.decode_so_far if so_far else self._decoder.decode
        samples = self._sound.between(self._piece_ms, to_ms)
        task = asyncio.create_task(decode(samples, self._names))
        self._tasks.add(task)
        task.add_done_callback(self._done)
        self._asked_ms = to_ms
        self._latest = _Decode(to_ms, task)
        return self._latest

    def _done(self, task: asyncio.Task[str]) -> None:
        self._tasks.discard(task)
        if task.cancelled() or task.exception() is not None:
            return
        newest = self._latest is not None and self._latest.task is task
        if newest and self._tell is not None and task.result():
            before = [part.result() for part in self._settled if part.done()]
            self._tell(clean(" ".join([*before, task.result()])))
