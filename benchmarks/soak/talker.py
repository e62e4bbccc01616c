"""A caller who goes on talking, in real time, and remembers what was said and heard."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random
from typing import Final

from benchmarks.soak import script
from benchmarks.soak.place import Place
from benchmarks.soak.tones import KINDS, speech
from convonet.caller.line import Event, Line
from tests.calls.placing import PIN, Placed
from tests.chaos.calling import Record
from tests.chaos.hearing import Ear

_LIMIT_S: Final = 120.0
"""A part that is away may take its time when others are busy; how long it was silent is told."""

_QUIET_S: Final = 0.3
_GOODBYE_S: Final = 75.0
_AGAIN_S: Final = 1.0


@dataclass(frozen=True)
class Manner:
    """How a caller talks."""

    pause_s: tuple[float, float]
    """From the end of an answer to the next utterance; in between at random."""
    weights: tuple[int, int, int, int] = (9, 5, 3, 3)
    """How often the caller asks, wants a story, adds a todo, books a table."""
    interrupts: float = 0.5
    """The share of stories that are broken into."""
    every_s: float = 0.0
    """From one utterance to the next, at the least."""


class Talker:
    """The caller of one call."""

    def __init__(self, place: Place, line: Line, ear: Ear, manner: Manner) -> None:
        self._place = place
        self._manner = manner
        self._random = Random(place.random.random())  # noqa: S311 - to be repeated
        self._turns: dict[str, float] = {}
        self._latest = ""
        self._over: set[str] = set()
        self.record = Record(line, ear, Placed(line))
        self.lags_ms: list[tuple[float, float]] = []
        """Per utterance: when, and how long after its last sound the words were known."""
        self.counts: dict[str, int] = {**dict.fromkeys(KINDS, 0), "interrupted": 0}
        self.gone = False
        """The line has failed for good."""

    def notice(self, event: Event) -> None:
        """Take note of a message."""
        turn_id = str(event.message.get("turn_id", ""))
        if event.type == "transcript" and event.message.get("final"):
            if turn_id not in self._turns:
                self._turns[turn_id], self._latest = event.at, turn_id
        elif event.type == "turn":
            self._over.add(turn_id)

    async def turn(self) -> bool:
        """Say something and hear the answer; True when it is time to break into it.

        Raises:
            AssertionError: it was not understood or not answered.
        """
        line, finals = self.record.line, len(self._turns)
        (kind,) = self._random.choices(KINDS, self._manner.weights)
        words = script.utterance(kind, self._place.number())
        said = " ".join(words)
        self._place.exact[said] = script.sentences(said)
        self.record.said.append(said)
        self.counts[kind] += 1
        began = time.monotonic()
        self.record.speech.append((began, await line.say(speech(words))))
        await self._reached(lambda: len(self._turns) > finals, f"transcript of {said!r}")
        turn_id, ended = self._latest, self.record.speech[-1][1]
        self.lags_ms.append((ended, (self._turns[turn_id] - ended) * 1_000))
        if kind == "tell" and self._random.random() < self._manner.interrupts:
            self.counts["interrupted"] += 1
            await self._reached(lambda: self.record.ear.content_s(turn_id) > 1.0, "words of it")
            return True
        await self._reached(lambda: turn_id in self._over, f"answer to {said!r}")
        await self._reached(lambda: line.loudspeaker.silent, "silence")
        return False

    async def pause(self) -> None:
        """Wait until it is time for the next utterance.

        Nobody goes on talking to a page that says that it has lost the connection: it keeps no
        more than ten seconds of what is said meanwhile.
        """
        await self.record.line.wait_for(lambda: self.record.line.connected or self.gone, _LIMIT_S)
        rest = self._random.uniform(*self._manner.pause_s)
        if self.record.speech:
            due = self.record.speech[-1][0] + self._manner.every_s
            rest = max(rest, due - time.monotonic())
        await asyncio.sleep(rest)

    def forget(self) -> None:
        """Forget what has been judged; to be called between turns."""
        record = self.record
        del record.line.events[:-1]  # The last of them tells which number comes next.
        record.ear.forget()
        record.ear.pieces.clear()
        record.ear.shown.clear()
        record.said.clear()
        record.speech[:] = record.speech[-1:]

    async def hang_up(self) -> None:
        """Say goodbye until the call is over."""
        line = self.record.line
        self.record.ended_early = bool(line.ended)
        deadline = time.monotonic() + _GOODBYE_S
        while not line.ended and not self.gone and time.monotonic() < deadline:
            await line.send({"type": "hangup"})
            await line.wait_for(lambda: bool(line.ended), _AGAIN_S)
        if not line.ended:
            self.record.stuck = self.record.stuck or "the goodbye"

    async def _reached(self, holds: Callable[[], bool], what: str) -> None:
        line = self.record.line

        def over() -> bool:
            return holds() or self.gone or bool(line.ended)

        if not await line.wait_for(over, _LIMIT_S) or not holds():
            raise AssertionError(f"no {what}")


@asynccontextmanager
async def call(place: Place, manner: Manner) -> AsyncGenerator[Talker]:
    """Place a call, and hang up at the end of the block.

    Raises:
        Unavailable: nobody answers, or not in time.
        Denied: the caller may not sign in.
    """
    ear = Ear()
    talkers: list[Talker] = []

    def notice(event: Event) -> None:
        ear.notice(event)
        for talker in talkers:
            talker.notice(event)

    line = Line(place.ground.url, on_event=notice, loudspeaker=ear)
    await line.sign_in(PIN)
    talker = Talker(place, line, ear, manner)
    talkers.append(talker)
    talking = asyncio.create_task(line.talk(), name="talk")

    def ended(_: asyncio.Task[None]) -> None:
        talker.gone = not line.ended

    talking.add_done_callback(ended)
    try:
        await asyncio.sleep(_QUIET_S)
        yield talker
        await talker.hang_up()
    finally:
        talking.cancel()
        await asyncio.gather(talking, return_exceptions=True)
