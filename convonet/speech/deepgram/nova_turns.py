"""Nova's results as what was heard: pieces put together until Deepgram's endpointing says so."""

import logging

from pydantic import BaseModel

from convonet.errors import ProviderBusy
from convonet.speech.deepgram.clock import AudioClock
from convonet.speech.deepgram.turns import (
    Seconds,
    Word,
    checked,
    fields_of,
    milliseconds,
    spoken_from,
    spoken_until,
)
from convonet.speech.ports import EndOfTurn, HeardEvent, Interim, SpeechStarted, SpeechStopped

logger = logging.getLogger(__name__)


class _Alternative(BaseModel):
    transcript: str
    words: tuple[Word, ...] = ()


class _Channel(BaseModel):
    alternatives: tuple[_Alternative, ...]


class Results(BaseModel):
    """Words of one stretch of audio: `is_final` for good, `speech_final` before a pause."""

    start: Seconds
    duration: Seconds
    is_final: bool | None = None
    speech_final: bool | None = None
    from_finalize: bool | None = None
    channel: _Channel


class VadEvent(BaseModel):
    """`SpeechStarted`: where a voice was noticed, in seconds of audio sent."""

    timestamp: Seconds


class NovaTurns:
    """Follows nova's results over one socket; see `Turns`.

    `finalize_due` says that words were heard which Deepgram has not made final: ask it to.
    """

    def __init__(self, clock: AudioClock) -> None:
        self._clock = clock
        self._open = False
        self._started_ms = 0
        self._said: list[str] = []
        self._interim = ""
        self._spoken_until_ms: int | None = None
        self.finalize_due = False

    @property
    def open(self) -> bool:
        """Whether the caller is in the middle of a turn."""
        return self._open

    def hear(self, message: object) -> list[HeardEvent]:
        """Return what a message says was heard; see `Turns.hear`."""
        fields = fields_of(message)
        match fields.get("type"):
            case "Results":
                results = checked(Results, fields)
                return self._results(results) if results else []
            case "SpeechStarted":
                noticed = checked(VadEvent, fields)
                return self._begin(milliseconds(noticed.timestamp)) if noticed else []
            case "UtteranceEnd":
                return self._utterance_end()
            case "Error":
                raise ProviderBusy("Deepgram gave up listening")
            case "Metadata":
                return []
            case other:
                logger.warning("ignored a %s message from Deepgram", other)
                return []

    def _results(self, results: Results) -> list[HeardEvent]:
        best = results.channel.alternatives[0] if results.channel.alternatives else None
        heard: list[HeardEvent] = []
        if best and best.transcript:
            heard += self._take(results, best)
        pause = results.speech_final or results.from_finalize
        if results.is_final and pause and self._open:
            heard += self._end(milliseconds(results.start + results.duration))
        return heard

    def _take(self, results: Results, best: _Alternative) -> list[HeardEvent]:
        before = self._text()
        heard = self._begin(milliseconds(results.start), best.words)
        if results.is_final:
            self._said.append(best.transcript)
        self._interim = "" if results.is_final else best.transcript
        until = spoken_until(best.words, self._clock)
        self._spoken_until_ms = self._spoken_until_ms if until is None else until
        text = self._text()
        return [*heard, Interim(text)] if text != before else heard

    def _begin(self, sent_ms: int, words: tuple[Word, ...] = ()) -> list[HeardEvent]:
        if self._open:
            return []
        spoken = spoken_from(words, self._clock)
        self._open = True
        self._started_ms = self._clock.fed_at(sent_ms) if spoken is None else spoken
        return [SpeechStarted(self._started_ms)]

    def _utterance_end(self) -> list[HeardEvent]:
        if not self._open:
            return []
        if self._interim:
            self.finalize_due = True
            return []
        return self._end(None)

    def _end(self, sent_ms: int | None) -> list[HeardEvent]:
        fed_ms = self._clock.fed_ms if sent_ms is None else self._clock.fed_at(sent_ms)
        end_ms = max(fed_ms, self._started_ms)
        spoken_ms = self._spoken_until_ms
        speech_end_ms = self._clock.last_voiced_ms if spoken_ms is None else spoken_ms
        speech_end_ms = max(min(speech_end_ms, end_ms), self._started_ms)
        ended = EndOfTurn(
            text=self._text(),
            speech_end_ms=speech_end_ms,
            end_ms=end_ms,
            endpointing_ms=self._clock.since(speech_end_ms),
            stt_ms=0,  # the final words come with the decision
            speech_ms=speech_end_ms - self._started_ms,
        )
        self._open, self._said, self._interim = False, [], ""
        self._spoken_until_ms, self.finalize_due = None, False
        return [SpeechStopped(speech_end_ms), ended]

    def _text(self) -> str:
        return " ".join([*self._said, self._interim] if self._interim else self._said)
