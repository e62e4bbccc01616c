"""Playouts as they are kept in Redis, for a media session that takes over."""

from collections.abc import Iterable

from pydantic import TypeAdapter

from convonet.contracts import Contract
from convonet.media.playout import Playout, Sentence


class KeptSentence(Contract):
    """A sentence, without its sound: that is made again."""

    step: int
    index: int
    text: str
    ours: bool
    shown: bool
    ms: int
    made: bool


class KeptPlayout(Contract):
    """A playout. How much of the first one was sent is kept apart: it changes all the time."""

    turn_id: str
    epoch: int
    ours: bool
    complete: bool
    closed: bool = False
    sentences: tuple[KeptSentence, ...]


_KEPT: TypeAdapter[list[KeptPlayout]] = TypeAdapter(list[KeptPlayout])


def dump(playouts: Iterable[Playout]) -> str:
    """Return playouts as JSON."""
    return _KEPT.dump_json([_kept(playout) for playout in playouts]).decode()


def load(kept: str, sent_ms: int, rate: int) -> list[Playout]:
    """Return playouts from JSON, the first of them sent up to `sent_ms`.

    Sentences that were sent whole get silence for their sound: only its length still matters.
    """
    return [
        _playout(item, sent_ms if place == 0 else 0, rate)
        for place, item in enumerate(_KEPT.validate_json(kept or "[]", extra="ignore"))
    ]


def _kept(playout: Playout) -> KeptPlayout:
    return KeptPlayout(
        turn_id=playout.turn_id,
        epoch=playout.epoch,
        ours=playout.ours,
        complete=playout.complete,
        closed=playout.closed,
        sentences=tuple(
            KeptSentence(
                step=sentence.step,
                index=sentence.index,
                text=sentence.text,
                ours=sentence.ours,
                shown=sentence.shown,
                ms=playout.known_ms(sentence),
                made=sentence.made or sentence.kept_whole,
            )
            for sentence in playout.sentences
        ),
    )


def _playout(kept: KeptPlayout, sent_ms: int, rate: int) -> Playout:
    playout = Playout(kept.turn_id, kept.epoch, rate, ours=kept.ours)
    playout.complete, playout.closed = kept.complete, kept.closed
    playout.sent_ms = sent_ms
    start = 0
    for item in kept.sentences:
        sentence = Sentence(item.step, item.index, item.text, item.ours, shown=item.shown)
        if item.made and start + item.ms <= sent_ms:
            sentence.pcm = bytearray(playout.size(item.ms))
            sentence.made = True
        else:
            sentence.kept_ms, sentence.kept_whole = item.ms, item.made
        start += item.ms
        playout.sentences.append(sentence)
    return playout
