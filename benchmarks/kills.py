"""What is left after `kill -9` in the middle of an answer: of sound and conversation."""

import asyncio
import time
from typing import Final

from benchmarks.caller.call import Call, Manner
from benchmarks.caller.wires import Dial
from benchmarks.fakes.servers import Fakes
from benchmarks.party import party, until
from benchmarks.results import Kill
from benchmarks.sides.side import Running

_BEFORE: Final = 2
"""Turns that are over before it happens."""

_INTO_ANSWER_S: Final = 1.0
_PATIENCE_S: Final = 10.0
_LIMIT_S: Final = 60.0
_SOON_S: Final = 60.0
_POLL_S: Final = 0.005


async def kill(side: str, part: str, dial: Dial, up: Running, fakes: Fakes, calls: int) -> Kill:
    """Kill a part while the first caller hears an answer; see how the calls go on."""
    manner = Manner(interrupts_every=0, patience_s=_PATIENCE_S)
    fakes.messages()
    async with party([dial() for _ in range(calls)], manner) as placed:
        first = placed[0]
        await until(lambda: _ready(placed), _LIMIT_S)
        before = fakes.messages()
        at, silence_until = time.monotonic(), first.hearing.sounds_until
        answers = [len(call.turns) for call in placed]
        killing = asyncio.create_task(asyncio.to_thread(up.kill, part))
        back_at = await _sound_after(first, at)
        await killing
        after: list[int] = []

        def answered() -> bool:
            after.extend(fakes.messages())
            return len(after) >= calls and _went_on(placed, answers)

        went_on = await until(answered, _SOON_S)
        return Kill(
            side=side,
            part=part,
            calls=calls,
            reconnected=sum(call.reconnected for call in placed),
            messages_before=before,
            messages_after=after,
            conversations_lost=min(calls, sum(count == 1 for count in after)),
            went_on=went_on,
            silence_ms=max(0.0, back_at - max(silence_until, at)) * 1_000,
            answer_heard_ms=first.turns[answers[0] - 1].heard_ms,
        )


def _ready(calls: list[Call]) -> bool:
    """Whether every call has some turns behind it, and the first is well into an answer."""
    if any(sum(turn.heard_out for turn in call.turns) < _BEFORE for call in calls):
        return False
    reply = calls[0].hearing.reply
    into = 0.0 if reply.first_at is None else time.monotonic() - reply.first_at
    return not calls[0].turns[-1].heard_out and _INTO_ANSWER_S < into < 2 * _INTO_ANSWER_S


async def _sound_after(call: Call, at: float) -> float:
    """Return when new sound arrived after a moment; at the limit when none did."""

    def newest() -> float:
        return call.hearing.reply.last_at or 0.0

    # Sound on its way when it happened is not new: only what comes after a breath.
    await asyncio.sleep(_POLL_S)
    known = newest()
    await until(lambda: newest() > max(known, at + 0.1), _LIMIT_S)
    return newest() if newest() > at else at + _LIMIT_S


def _went_on(calls: list[Call], answers: list[int]) -> bool:
    """Whether every call has had another turn answered and heard out."""
    return all(
        any(turn.heard_out for turn in call.turns[count:])
        for call, count in zip(calls, answers, strict=True)
    )
