"""The verdict on one call, from what the caller got and what the database holds."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

from convonet.caller.line import INPUT_RATE, OUTPUT_RATE
from convonet.caller.playout import SAMPLE_BYTES
from tests.calls.placing import Ground
from tests.chaos.calling import Record
from tests.chaos.cells import Mode
from tests.chaos.hearing import Key, Wait, waits
from tests.chaos.stages import Stage
from tests.providers.deepgram_script import spoken

_HEARD_SLACK_S = 1.0
_TWICE_S = 0.3
_SAME_WORDS = 0.6


FAULTS = (
    *("utterances_lost", "utterances_doubled", "effects_doubled", "effects_lost"),
    *("voiced_twice", "sound_lost", "calls_ended", "seq_gaps", "misremembered"),
)
"""What a verdict counts, and what must be zero."""


@dataclass
class Before:
    """What the tables held before the call."""

    todos: int
    bookings: int


@dataclass
class Verdict:
    """All that must be zero, and how long the caller waited."""

    utterances_lost: int = 0
    utterances_doubled: int = 0
    effects_doubled: int = 0
    effects_lost: int = 0
    voiced_twice: int = 0
    sound_lost: int = 0
    calls_ended: int = 0
    seq_gaps: int = 0
    misremembered: int = 0
    """Turns of which the record says something else than was heard."""
    stuck: str = ""
    details: list[str] = field(default_factory=list[str])
    waits: dict[Key, Wait] = field(default_factory=dict[Key, Wait])

    @property
    def faults(self) -> dict[str, int]:
        return {name: count for name in FAULTS if (count := int(getattr(self, name)))}


async def before(stage: Stage) -> Before:
    """Count what is there."""
    (todos,) = await stage.ground.rows("select count(*) as n from todos_convonet")
    return Before(int(todos.n), len(_bookings(stage.book)))


class Scripted(Protocol):
    """What must be known of a call to judge its words."""

    mode: Mode
    ground: Ground

    @property
    def exact(self) -> Mapping[str, list[str]]:
        """The sentences each utterance is answered with, where they are ours to script."""
        ...


async def judge(stage: Stage, record: Record, earlier: Before) -> Verdict:
    """Compare what should have been with what was."""
    verdict = await judge_talk(stage, record)
    await _judge_effects(stage, record, earlier, verdict)
    return verdict


async def judge_talk(stage: Scripted, record: Record) -> Verdict:
    """Compare words, sound and record; what tools did is judged apart.

    The record may hold a part of a call only: the turns of which it has the events.
    """
    verdict = Verdict(stuck=record.stuck)
    verdict.calls_ended = int(record.ended_early)
    _judge_utterances(stage, record, verdict)
    _judge_numbers(record, verdict)
    rows = await stage.ground.rows_until(
        len(record.turns),
        "select turn_id, said, generated, heard, interrupted from turns"
        " where call_id = :id and turn_id = any(:turns) and heard is not null order by ordinal",
        id=record.line.call_id,
        turns=record.turns,
    )
    for row in rows:
        _judge_turn(stage, record, row, verdict)
    verdict.waits = waits(record.ear, record.turns, record.speech)
    return verdict


def _judge_utterances(stage: Scripted, record: Record, verdict: Verdict) -> None:
    finals = record.placed.seen("transcript", final=True)
    texts = [str(message["text"]) for message in finals]
    left = list(texts)
    for said in record.said:
        match = next((text for text in left if _same(stage.mode, said, text)), None)
        if match is None:
            verdict.utterances_lost += 1
            verdict.details.append(f"never understood: {said!r}; transcripts: {texts}")
        else:
            left.remove(match)
    if left:
        verdict.utterances_doubled += len(left)
        verdict.details.append(f"understood too often: {left}")


def _same(mode: Mode, said: str, understood: str) -> bool:
    if mode is Mode.PROVIDERS:
        return said == understood
    one, two = _words(said), _words(understood)
    return len(one & two) >= _SAME_WORDS * len(one)


def _words(text: str) -> set[str]:
    letters = "".join(c if c.isalnum() else " " for c in text.lower().replace("'", ""))
    return set(letters.replace("to do", "todo").split())


def _judge_numbers(record: Record, verdict: Verdict) -> None:
    # A new connection greets with a number of its own before it goes on with the call's.
    greeted = {"authentication_required", "pong"}
    events = [event for event in record.line.events if event.type not in greeted]
    starts = (place for place, event in enumerate(events) if event.type == "call_started")
    began = next(starts, 0)
    numbers = [seq for event in events[began:] if isinstance(seq := event.message["seq"], int)]
    for one, two in pairwise(numbers):
        if two != one + 1:
            verdict.seq_gaps += 1
            verdict.details.append(f"seq {two} came after {one}")


async def _judge_effects(stage: Stage, record: Record, earlier: Before, verdict: Verdict) -> None:
    (todos,) = await stage.ground.rows("select count(*) as n from todos_convonet")
    _count(verdict, "todo", int(todos.n) - earlier.todos)
    if stage.mode is Mode.PROVIDERS:
        mine = _bookings(stage.book)[earlier.bookings :]
        _count(verdict, "booking", len(mine))


def _count(verdict: Verdict, what: str, made: int) -> None:
    verdict.effects_lost += max(0, 1 - made)
    verdict.effects_doubled += max(0, made - 1)
    if made != 1:
        verdict.details.append(f"{made} times: {what}")


def _bookings(book: Path) -> list[str]:
    return book.read_text().splitlines() if book.exists() else []


def _judge_turn(stage: Scripted, record: Record, row: Any, verdict: Verdict) -> None:
    shown = record.ear.shown.get(row.turn_id)
    sentences = shown.sentences if shown else []
    scripted = stage.exact.get(row.said)
    if scripted is not None and not _answers(row, " ".join(scripted)):
        verdict.details.append(f"{row.turn_id}: answered {row.generated!r}")
        verdict.misremembered += 1
    repeated = len(sentences) - len(set(sentences))
    if repeated:
        verdict.voiced_twice += repeated
        verdict.details.append(f"{row.turn_id}: shown twice: {sentences}")
    heard = _judge_sound(stage, record, row, sentences, verdict)
    if row.interrupted:
        _judge_interrupted(row, sentences, heard, verdict)
    elif row.heard != " ".join(sentences):
        verdict.misremembered += 1
        verdict.details.append(f"{row.turn_id}: shown {sentences}, kept {row.heard!r}")


def _answers(row: Any, scripted: str) -> bool:
    """Whether the answer is the scripted one, or its beginning when it was broken into."""
    if row.interrupted:
        return scripted.startswith(row.generated)
    return bool(row.generated == scripted)


def _judge_sound(
    stage: Scripted, record: Record, row: Any, sentences: list[str], verdict: Verdict
) -> list[tuple[float, float]]:
    """Compare each sentence's sound with its length; return heard and whole length, seconds."""
    lengths: list[tuple[float, float]] = []
    for number, sentence in enumerate(sentences):
        pcm = record.ear.sentence_pcm(row.turn_id, number)
        heard = len(pcm) / (OUTPUT_RATE * SAMPLE_BYTES)
        whole = _length_s(stage, sentence, heard)
        lengths.append((heard, whole))
        if heard > whole + _TWICE_S:
            verdict.voiced_twice += 1
            verdict.details.append(f"{heard:.2f} s of a {whole:.2f} s sentence: {sentence!r}")
        elif heard < whole - _TWICE_S and not row.interrupted:
            verdict.sound_lost += 1
            verdict.details.append(f"only {heard:.2f} s of {whole:.2f} s: {sentence!r}")
    return lengths


def _length_s(stage: Scripted, sentence: str, heard: float) -> float:
    if stage.mode is Mode.PROVIDERS:
        return len(spoken(sentence, INPUT_RATE)) / (INPUT_RATE * SAMPLE_BYTES)
    # The bundled voice speaks 11 to 20 characters a second, never twice quite the same.
    return min(max(heard, len(sentence) / 22), len(sentence) / 9 + 1.0)


def _judge_interrupted(
    row: Any, sentences: list[str], lengths: list[tuple[float, float]], verdict: Verdict
) -> None:
    if not row.generated.startswith(row.heard):
        verdict.misremembered += 1
        verdict.details.append(f"{row.turn_id}: kept {row.heard!r} of {row.generated!r}")
        return
    left, kept_s = row.heard, 0.0
    for sentence, (_, whole) in zip(sentences, lengths, strict=True):
        part = left[: len(sentence)]
        kept_s += whole * len(part) / len(sentence)
        left = left[len(sentence) + 1 :]
    heard_s = sum(heard for heard, _ in lengths)
    if abs(kept_s - heard_s) > _HEARD_SLACK_S:
        verdict.misremembered += 1
        verdict.details.append(
            f"{row.turn_id}: {heard_s:.2f} s heard, {kept_s:.2f} s kept: {row.heard!r}"
        )


def dumped(verdict: Verdict) -> str:
    """Return the details as one line of JSON."""
    return json.dumps(verdict.details)
