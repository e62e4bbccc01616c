"""The caller's ear: which sentence sounded when, and for how long nothing did."""

import time
from dataclasses import dataclass, field
from itertools import pairwise

from convonet.caller.line import OUTPUT_RATE, Event
from convonet.caller.playout import SAMPLE_BYTES, Loudspeaker
from convonet.session import phrases

FILLERS = {*phrases.FILLERS, *phrases.NOT_CAUGHT, phrases.STILL_THERE}

_BYTES_PER_S = OUTPUT_RATE * SAMPLE_BYTES
_SEAM_S = 0.03
"""Chunks this close sound as one."""


@dataclass
class Piece:
    """A stretch of sound that was really played; monotonic seconds."""

    turn_id: str
    number: int
    """Of the sentence in its turn, fillers not counted; -1 for a filler."""
    start: float
    pcm: bytes

    @property
    def end(self) -> float:
        return self.start + len(self.pcm) / _BYTES_PER_S


@dataclass
class Shown:
    """The sentences of a turn, as the page shows them."""

    sentences: list[str] = field(default_factory=list[str])
    speaking: int = -1


class Ear(Loudspeaker):
    """A loudspeaker that remembers what it played of which sentence."""

    def __init__(self) -> None:
        super().__init__(OUTPUT_RATE)
        self.pieces: list[Piece] = []
        self.shown: dict[str, Shown] = {}

    def notice(self, event: Event) -> None:
        """Learn from a message which sentence the next sound belongs to."""
        if event.type != "reply" or not event.message.get("text"):
            return
        shown = self.shown.setdefault(str(event.message["turn_id"]), Shown())
        text = str(event.message["text"])
        if text in FILLERS:
            shown.speaking = -1
            return
        shown.sentences.append(text)
        shown.speaking = len(shown.sentences) - 1

    def queue(self, turn_id: str, pcm: bytes) -> None:
        """Take a turn's next audio."""
        super().queue(turn_id, pcm)
        if not pcm:
            return
        now = time.monotonic()
        start = max(now, self.pieces[-1].end) if self.pieces else now
        number = self.shown.setdefault(turn_id, Shown()).speaking
        self.pieces.append(Piece(turn_id, number, start, pcm))

    def clear(self, turn_id: str) -> None:
        """Drop what is queued of a turn."""
        super().clear(turn_id)
        now = time.monotonic()
        for piece in self.pieces:
            if piece.turn_id == turn_id and piece.end > now:
                left = max(0, int((now - piece.start) * OUTPUT_RATE)) * SAMPLE_BYTES
                piece.pcm = piece.pcm[:left]
        self.pieces = [piece for piece in self.pieces if piece.pcm]

    def content_s(self, turn_id: str) -> float:
        """Return for how long the assistant's own words of a turn have sounded by now."""
        now = time.monotonic()
        return sum(
            max(0.0, min(now, piece.end) - piece.start)
            for piece in self.pieces
            if piece.turn_id == turn_id and piece.number >= 0
        )

    def sentence_pcm(self, turn_id: str, number: int) -> bytes:
        """Return all the sound of a sentence."""
        return b"".join(
            piece.pcm for piece in self.pieces if (piece.turn_id, piece.number) == (turn_id, number)
        )


@dataclass(frozen=True)
class Wait:
    """What came before a sentence, or inside it, seconds."""

    content: float
    """Since the words before it, or since the caller's own."""
    silence: float
    """The longest stretch of it in which nothing sounded, not even a filler."""
    broke_off: float
    """Silence in the middle of the sentence."""
    at: float
    """When the sentence began, monotonic."""


Key = tuple[int, int]
"""A sentence: number of the caller's utterance, number in the turn."""


def waits(ear: Ear, turns: list[str], speech: list[tuple[float, float]]) -> dict[Key, Wait]:
    """Return what came before each sentence of each turn; `speech` is when the caller spoke."""
    found: dict[Key, Wait] = {}
    last_content = 0.0
    groups: dict[Key, list[Piece]] = {}
    for piece in ear.pieces:
        if piece.turn_id in turns and piece.number >= 0:
            groups.setdefault((turns.index(piece.turn_id), piece.number), []).append(piece)
    for key, pieces in groups.items():
        start = pieces[0].start
        spoken = max((end for _, end in speech if end <= start + _SEAM_S), default=0.0)
        since = max(last_content, spoken)
        content = max(0.0, start - since) if since else 0.0
        found[key] = Wait(
            content=content,
            silence=_longest_silence(ear, since or start, start),
            broke_off=_broken(pieces, speech),
            at=start,
        )
        last_content = pieces[-1].end
    return found


def _longest_silence(ear: Ear, since: float, until: float) -> float:
    longest, quiet_from = 0.0, since
    for piece in ear.pieces:
        if piece.end <= since or piece.start >= until:
            continue
        longest = max(longest, piece.start - quiet_from)
        quiet_from = max(quiet_from, piece.end)
    return max(longest, until - quiet_from, 0.0)


def _broken(pieces: list[Piece], speech: list[tuple[float, float]]) -> float:
    longest = 0.0
    for one, two in pairwise(pieces):
        over = any(start < two.start and end > one.end for start, end in speech)
        gap = two.start - one.end
        if gap > _SEAM_S and not over:
            longest = max(longest, gap)
    return longest
