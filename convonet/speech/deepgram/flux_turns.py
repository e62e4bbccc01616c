"""Flux's turn events as what was heard; total: any order of events gives whole turns."""

import logging
from typing import Literal

from pydantic import BaseModel

from convonet.errors import ProviderBusy, ProviderRefused
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
from convonet.speech.ports import (
    EndOfTurn,
    HeardEvent,
    Interim,
    SpeechStarted,
    SpeechStopped,
    TurnResumed,
)

logger = logging.getLogger(__name__)

_NEVER_AGAIN = {"UNPARSABLE_CLIENT_MESSAGE"}


class TurnInfo(BaseModel):
    """Flux's only message about speech; times are seconds of audio sent."""

    event: Literal["StartOfTurn", "Update", "EagerEndOfTurn", "TurnResumed", "EndOfTurn"]
    turn_index: int
    audio_window_end: Seconds
    transcript: str
    words: tuple[Word, ...] = ()


class FluxTurns:
    """Follows Flux's turns over one socket; see `Turns`."""

    def __init__(self, clock: AudioClock) -> None:
        self._clock = clock
        self._open: TurnInfo | None = None
        """The latest event of the turn that goes on."""
        self._started_ms = 0
        self._eager_text: str | None = None
        self._next_index = 0

    @property
    def open(self) -> bool:
        """Whether the caller is in the middle of a turn."""
        return self._open is not None

    def hear(self, message: object) -> list[HeardEvent]:
        """Return what a message says was heard; see `Turns.hear`."""
        fields = fields_of(message)
        match fields.get("type"):
            case "TurnInfo":
                info = checked(TurnInfo, fields)
                return self._follow(info) if info else []
            case "Error":
                raise _fatal(fields)
            case "Connected" | "ConfigureSuccess":
                return []
            case other:
                logger.warning("ignored a %s message from Deepgram", other)
                return []

    def _follow(self, info: TurnInfo) -> list[HeardEvent]:
        if info.turn_index < self._next_index:
            return []
        heard = self._end_of_a_turn_without_end(info)
        if self._open is None and not _begins(info):
            return heard
        heard += self._begin(info) if self._open is None else []
        heard += self._take_back(info)
        heard += self._words(info)
        self._open = info
        if info.event == "EagerEndOfTurn":
            heard += self._eager_end(info)
        elif info.event == "EndOfTurn":
            heard += self._end(info)
        return heard

    def _end_of_a_turn_without_end(self, info: TurnInfo) -> list[HeardEvent]:
        if self._open is None or info.turn_index == self._open.turn_index:
            return []
        return self._end(self._open)

    def _begin(self, info: TurnInfo) -> list[HeardEvent]:
        end_ms = self._clock.fed_at(milliseconds(info.audio_window_end))
        spoken = spoken_from(info.words, self._clock)
        self._started_ms = end_ms if spoken is None else min(spoken, end_ms)
        return [SpeechStarted(self._started_ms)]

    def _take_back(self, info: TurnInfo) -> list[HeardEvent]:
        """Undo an eager end that this event contradicts."""
        if self._eager_text is None:
            return []
        if info.event != "TurnResumed" and info.transcript == self._eager_text:
            return []
        self._eager_text = None
        return [TurnResumed()]

    def _words(self, info: TurnInfo) -> list[HeardEvent]:
        known = self._open.transcript if self._open else ""
        return [Interim(info.transcript)] if info.transcript not in {"", known} else []

    def _eager_end(self, info: TurnInfo) -> list[HeardEvent]:
        if self._eager_text is not None:
            return []
        self._eager_text = info.transcript
        return [self._ended(info, eager=True)]

    def _end(self, info: TurnInfo) -> list[HeardEvent]:
        ended = self._ended(info, eager=False)
        self._open, self._eager_text = None, None
        self._next_index = info.turn_index + 1
        return [SpeechStopped(ended.speech_end_ms), ended]

    def _ended(self, info: TurnInfo, *, eager: bool) -> EndOfTurn:
        end_ms = max(self._clock.fed_at(milliseconds(info.audio_window_end)), self._started_ms)
        spoken = spoken_until(info.words, self._clock)
        speech_end_ms = self._clock.last_voiced_ms if spoken is None else spoken
        speech_end_ms = max(min(speech_end_ms, end_ms), self._started_ms)
        return EndOfTurn(
            text=info.transcript,
            speech_end_ms=speech_end_ms,
            end_ms=end_ms,
            endpointing_ms=self._clock.since(speech_end_ms),
            stt_ms=0,  # Flux decides and transcribes in one
            speech_ms=speech_end_ms - self._started_ms,
            eager=eager,
        )


def _begins(info: TurnInfo) -> bool:
    """Whether an event tells of a turn nobody has told us the start of."""
    return info.event == "StartOfTurn" or bool(info.transcript)


def _fatal(fields: dict[str, object]) -> ProviderBusy | ProviderRefused:
    code = str(fields.get("code"))[:80]
    kind = ProviderRefused if code in _NEVER_AGAIN else ProviderBusy
    return kind(f"Deepgram gave up listening ({code})")
