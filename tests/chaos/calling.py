"""The scripted call: several turns with a slow tool and an interruption, harmed at a moment."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from convonet.caller.line import Line
from tests.calls.placing import PIN, Placed
from tests.chaos.cells import Moment
from tests.chaos.hearing import Ear
from tests.chaos.stages import TOOL_S, Stage

Strike = Callable[[Moment, str], Awaitable[None]]
"""Told of a moment of the call of this id, as it comes."""

LIMIT_S = 60.0
_TALK_S = 0.7


@dataclass
class Record:
    """What the caller did and got."""

    line: Line
    ear: Ear
    placed: Placed
    said: list[str] = field(default_factory=list[str])
    speech: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])
    """When the caller spoke, monotonic seconds."""
    stuck: str = ""
    """What the caller waited for in vain."""
    ended_early: bool = False

    @property
    def turns(self) -> list[str]:
        """The ids of the turns that the utterances became, in order."""
        finals = self.placed.seen("transcript", final=True)
        return list(dict.fromkeys(str(message["turn_id"]) for message in finals))


async def hold(stage: Stage, strike: Strike) -> Record:
    """Hold the scripted call; `strike` is told of each moment as it comes."""
    ear = Ear()
    line = Line(stage.ground.url, on_event=ear.notice, loudspeaker=ear)
    await line.sign_in(PIN)
    record = Record(line, ear, Placed(line))
    talking = asyncio.create_task(line.talk())
    try:
        await stage.slow_down()
        async with asyncio.timeout(LIMIT_S * 2):
            await _Caller(stage, record, strike).talk()
    except (AssertionError, TimeoutError) as error:
        record.stuck = str(error).partition(":")[0] or "the end of the script"
    finally:
        record.ended_early = bool(line.ended)
        await line.send({"type": "hangup"})
        await line.wait_for(lambda: bool(line.ended), 15)
        talking.cancel()
        await asyncio.gather(talking, return_exceptions=True)
    return record


class _Caller:
    def __init__(self, stage: Stage, record: Record, strike: Strike) -> None:
        self._stage = stage
        self._record = record
        self._call = record.placed
        self._strike = strike

    async def talk(self) -> None:
        stage, call = self._stage, self._call
        first = await self._say(stage.request, Moment.SPEAKING)
        await stage.thinking()
        await self._now(Moment.THINKING)
        await call.until("tool", name=stage.tool, state="started")
        await stage.tool_started()
        await asyncio.sleep(TOOL_S / 3)
        await self._now(Moment.TOOL)
        await self._heard_some(first, _TALK_S)
        await self._now(Moment.SENTENCE)
        await call.heard_out(first)
        second = await self._say(stage.long, None)
        await self._heard_some(second, 1.0)
        last = await self._say(stage.stop, Moment.INTERRUPTION)
        await call.heard_out(last)

    async def _say(self, words: str, moment: Moment | None) -> str:
        """Speak; return the turn it became."""
        record, call = self._record, self._call
        sound = await self._stage.sound(words)
        finals = len(record.turns)
        starts = len(call.seen("speech_started"))
        self._stage.says(words)
        record.said.append(words)
        began = time.monotonic()
        speaking = asyncio.create_task(call.line.say(sound))
        if moment is not None:
            await call.until("speech_started", starts + 1)
            await asyncio.sleep(0.15 if moment is Moment.INTERRUPTION else 0.4)
            await self._now(moment)
        record.speech.append((began, await speaking))
        await self._reached(lambda: len(record.turns) > finals, "a transcript")
        return record.turns[finals]

    async def _now(self, moment: Moment) -> None:
        await self._strike(moment, self._call.line.call_id)

    async def _heard_some(self, turn_id: str, seconds: float) -> None:
        ear = self._record.ear
        await self._reached(lambda: ear.content_s(turn_id) >= seconds, f"words of {turn_id}")

    async def _reached(self, holds: Callable[[], bool], what: str) -> None:
        if not await self._call.line.wait_for(holds, LIMIT_S):
            raise AssertionError(f"no {what}")
