"""One caller: speaks, listens to the answer, speaks again; now and then over the answer."""

import asyncio
import random
import time
from dataclasses import dataclass
from typing import Final

from benchmarks.caller.hearing import Hearing
from benchmarks.caller.microphone import Microphone
from benchmarks.caller.sound import utterance
from benchmarks.caller.wires import AWAY, Wire
from benchmarks.delays import END_OF_TURN_MS, REPLY_MS
from benchmarks.results import Turn

ANSWER_S: Final = 10.0
"""An answer that has not begun by then is missed."""

_WHOLE_S: Final = REPLY_MS / 1_000 - 0.1
_QUIET_S: Final = 0.3
"""Silence after a whole answer before anything else is said or waited for."""

_RECONNECT_S: Final = 60.0


@dataclass(frozen=True)
class Manner:
    """How a caller talks."""

    pause_s: tuple[float, float] = (0.8, 1.6)
    """Between an answer and the next utterance."""
    interrupts_every: int = 4
    """Every so-manieth answer is spoken over; 0: none."""
    interrupts_after_s: float = 1.2
    patience_s: float = 1.5
    """Silence in the middle of an answer that the caller bears."""


class Call:
    """A call under way; run `talk` beside what waits for it."""

    def __init__(self, wire: Wire, index: int, manner: Manner, seed: int) -> None:
        self._wire = wire
        self._index = index
        self._manner = manner
        self._random = random.Random(f"{seed} {index}")  # noqa: S311 - to be the same every time
        self._utterance = utterance()
        self.hearing = Hearing()
        self.microphone = Microphone(wire)
        self.turns: list[Turn] = []
        self.reconnected = 0
        self.settled = asyncio.Event()
        """The first turn, which opens provider sockets, is over."""

    async def run(self) -> None:
        """Call, talk until cancelled, hang up."""
        await self._wire.open()
        tasks = [
            asyncio.create_task(work)
            for work in (self.microphone.run(), self._listen(), self._talk())
        ]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _talk(self) -> None:
        breaks_in = await self._turn(breaking_in=False)
        self.settled.set()
        while True:
            if not breaks_in:
                await asyncio.sleep(self._random.uniform(*self._manner.pause_s))
            breaks_in = await self._turn(breaking_in=breaks_in)

    async def _turn(self, *, breaking_in: bool) -> bool:
        """Say something and hear the answer; True when it is time to break into that answer."""
        self.microphone.sounded_s = 0.0
        began, spoken_at = await self.microphone.speak(self._utterance)
        # No answer to this can have come before it was over: what sounds until then is old.
        await asyncio.sleep(spoken_at + END_OF_TURN_MS / 1_000 - time.monotonic())
        stopped_s = max(0.0, self.hearing.sounds_until - began)
        self.hearing.next_reply()
        turn = Turn(
            call=self._index,
            ordinal=len(self.turns),
            spoken_at=spoken_at,
            barge_in_ms=stopped_s * 1_000 if breaking_in else None,
        )
        self.turns.append(turn)
        if not await self._answered():
            return False
        reply = self.hearing.reply
        if reply.first_at is not None:
            turn.voice_to_voice_ms = (reply.first_at - spoken_at) * 1_000
        every = self._manner.interrupts_every
        interrupts = bool(every) and len(self.turns) % every == 0
        if interrupts:
            await asyncio.sleep(self._manner.interrupts_after_s)
        else:
            await self._heard_out()
        turn.heard_out = not interrupts
        turn.gaps, turn.gap_ms = reply.gaps, reply.gaps_s * 1_000
        turn.heard_ms = reply.heard_s * 1_000
        return interrupts

    async def _answered(self) -> bool:
        deadline = time.monotonic() + ANSWER_S
        while self.hearing.reply.first_at is None:
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(0.02)
        return True

    async def _heard_out(self) -> None:
        """Wait for the end of the answer; when it falls silent before, for more of it."""

        def left() -> float:
            whole = self.hearing.reply.heard_s >= _WHOLE_S
            patience_s = _QUIET_S if whole else self._manner.patience_s
            return self.hearing.sounds_until + patience_s - time.monotonic()

        while left() > 0:  # noqa: ASYNC110 - what arrives moves the end
            await asyncio.sleep(left())

    async def _listen(self) -> None:
        while True:
            try:
                async for arrival in self._wire.arrivals():
                    now = time.monotonic()
                    if isinstance(arrival, bytes):
                        self.hearing.sound(arrival, now)
                    else:
                        self.hearing.clear(now)
                    left = max(0.0, self.hearing.sounds_until - now)
                    self.microphone.sounded_s = max(0.0, self.hearing.reply.heard_s - left)
            except AWAY:
                pass
            await self._come_back()

    async def _come_back(self) -> None:
        self.microphone.connected = False
        deadline = time.monotonic() + _RECONNECT_S
        while True:
            try:
                await self._wire.reopen()
            except AWAY:
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(0.1)
            else:
                self.microphone.connected = True
                self.reconnected += 1
                return
