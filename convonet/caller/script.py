"""A scripted caller: says one thing after the other, each when the assistant has finished."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from convonet.caller.line import Line

_ANSWER_LIMIT_S = 45.0
_QUIET_S = 0.4
"""Silence that tells the assistant has finished."""

_HANGUP_LIMIT_S = 10.0


@dataclass(frozen=True)
class Said:
    """Something to say: words, and their sound (16 kHz, mono, 16-bit); None is typed."""

    text: str
    pcm: bytes | None


@dataclass
class Outcome:
    """How a scripted call went."""

    utterances: int
    answered: int = 0
    reply_ms: list[int] = field(default_factory=list[int])
    """Per answered utterance: from its last sound sent to the first sound of the reply heard."""
    lost_connections: int = 0
    ended: str = ""


class Script:
    """Plays a list of utterances on a line that has signed in."""

    def __init__(self, line: Line, on_said: Callable[[Said], None]) -> None:
        self._line = line
        self._on_said = on_said

    async def play(self, utterances: list[Said]) -> Outcome:
        """Say everything, hang up, and return how it went."""
        outcome = Outcome(len(utterances))
        talking = asyncio.create_task(self._line.talk(), name="talk")
        try:
            await asyncio.sleep(_QUIET_S)
            for said in utterances:
                took_ms = await self._exchange(said, talking)
                if took_ms is not None:
                    outcome.answered += 1
                    outcome.reply_ms.append(took_ms)
            await self._line.send({"type": "hangup"})
            await self._line.wait_for(lambda: bool(self._line.ended), _HANGUP_LIMIT_S)
        finally:
            talking.cancel()
            await asyncio.gather(talking, return_exceptions=True)
        outcome.lost_connections = self._line.lost
        outcome.ended = self._line.ended
        return outcome

    async def _exchange(self, said: Said, talking: "asyncio.Task[None]") -> int | None:
        """Say one thing and hear the answer out; return when it began, ms, None for no answer."""
        if talking.done():
            return None
        self._on_said(said)
        began = time.monotonic()
        if said.pcm is None:
            await self._line.send({"type": "text", "text": said.text})
            spoken_at = time.monotonic()
        else:
            spoken_at = await self._line.say(said.pcm)
        if not await self._line.wait_for(
            lambda: talking.done() or self._answered(began), _ANSWER_LIMIT_S
        ):
            return None
        first = self._first_sound(began)
        return None if first is None else int((first - spoken_at) * 1_000)

    def _turns(self, began: float) -> list[str]:
        """Return the turns that what was said since `began` became."""
        return [
            str(event.message["turn_id"])
            for event in self._line.events
            if event.at >= began and event.type == "transcript" and event.message.get("final")
        ]

    def _first_sound(self, began: float) -> float | None:
        turns = self._turns(began)
        sounds = self._line.loudspeaker.first_sound
        return min((sounds[turn] for turn in turns if turn in sounds), default=None)

    def _answered(self, began: float) -> bool:
        """Whether the newest of those turns has been heard out."""
        if self._line.ended:
            return True
        turns = self._turns(began)
        over = [
            event
            for event in self._line.events
            if turns and event.type == "turn" and event.message.get("turn_id") == turns[-1]
        ]
        if not over or not self._line.loudspeaker.silent:
            return False
        return time.monotonic() - max(event.at for event in over) > _QUIET_S
