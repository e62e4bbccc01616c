"""What a caller said and what was heard: turns, words, and how alike they are."""

import asyncio
import re
from collections.abc import Sequence

from convonet.speech.ports import EndOfTurn, HeardEvent, Hints, SpeechToText
from tests.speech import sounds

_LIMIT_S = 240.0
_CHUNK = 640
_DIGIT_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


async def hear(
    stt: SpeechToText, pcm: bytes, turns: int, *, hints: Hints | None = None
) -> list[HeardEvent]:
    """Feed `pcm` as fast as it is taken; return the events up to the end of that many turns."""
    heard: list[HeardEvent] = []
    async with asyncio.timeout(_LIMIT_S), stt.listen(hints or Hints()) as ear:
        for at in range(0, len(pcm), _CHUNK):
            await ear.feed(pcm[at : at + _CHUNK])
        await ear.feed(sounds.silence(1_500))
        async for event in ear.events():
            heard.append(event)
            if sum(isinstance(one, EndOfTurn) for one in heard) == turns:
                break
    return heard


async def turns_of(
    stt: SpeechToText, pcm: bytes, turns: int, *, hints: Hints | None = None
) -> list[EndOfTurn]:
    """As `hear`, the turns alone."""
    events = await hear(stt, pcm, turns, hints=hints)
    return [event for event in events if isinstance(event, EndOfTurn)]


def words(text: str) -> list[str]:
    """The words of a sentence, however it was spelled."""
    text = text.lower().replace("to-do", "todo").replace("to do", "todo")
    text = text.replace("@", " at ").replace(".com", " dot com").replace("p.m.", "pm")
    text = re.sub(r"(\d)", lambda match: f" {_DIGIT_WORDS[int(match[1])]} ", text)
    text = re.sub(r"(?<=[a-z ])-(?=[ a-z])", " to ", text)
    return re.findall(r"[a-z']+", text)


def missed(said: Sequence[str], heard: Sequence[str]) -> int:
    """How many words must be changed, added or left out to get from one to the other."""
    distances = list(range(len(heard) + 1))
    for at, one in enumerate(said, 1):
        before, distances = distances, [at]
        for to, other in enumerate(heard, 1):
            distances.append(
                min(before[to] + 1, distances[-1] + 1, before[to - 1] + (one != other))
            )
    return distances[-1]
