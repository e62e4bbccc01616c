"""How the protocol-level Deepgram hears: sound by its energy, words by the script, no network."""

from collections.abc import Iterator
from typing import Literal
from uuid import uuid4

import numpy as np

from tests.providers.deepgram_script import Script, Utterance

Event = dict[str, object]
FluxEvent = Literal["StartOfTurn", "Update", "EagerEndOfTurn", "TurnResumed", "EndOfTurn"]

_FRAME_MS = 10
_VOICED_RMS = 300.0
_UPDATE_MS = 250
_WORD_MS = 300


class Sound:
    """Energy of 10 ms frames: how long it has been loud, and how long quiet."""

    def __init__(self, sample_rate: int) -> None:
        self._frame_bytes = sample_rate * _FRAME_MS // 1000 * 2
        self._rest = b""
        self.now_ms = 0
        self.loud_ms = 0
        self.quiet_ms = 0
        self.last_loud_ms = 0
        self.pause_ms = 0
        """How long it was quiet before this sound."""

    def frames(self, pcm: bytes) -> Iterator[None]:
        """Go on by one frame at a time."""
        self._rest += pcm
        while len(self._rest) >= self._frame_bytes:
            frame, self._rest = self._rest[: self._frame_bytes], self._rest[self._frame_bytes :]
            samples = np.frombuffer(frame, dtype="<i2").astype(np.float32)
            self.now_ms += _FRAME_MS
            if float(samples @ samples) > _VOICED_RMS**2 * len(samples):
                self.pause_ms = self.quiet_ms or self.pause_ms
                self.loud_ms, self.quiet_ms = self.loud_ms + _FRAME_MS, 0
                self.last_loud_ms = self.now_ms
            else:
                self.loud_ms, self.quiet_ms = 0, self.quiet_ms + _FRAME_MS
            yield


class Speech:
    """One turn's words, as far as the sound has revealed them."""

    def __init__(self, utterance: Utterance, start_ms: int) -> None:
        self.utterance = utterance
        self.start_ms = start_ms
        self.burst = 0

    def said(self, *, until_ms: int, complete: bool) -> list[str]:
        """Return the words so far: all of the bursts before, and some of the one going on."""
        bursts = [part.split() for part in self.utterance.parts[: self.burst + 1]]
        words = [word for burst in bursts for word in burst]
        spoken = 1 + (until_ms - self.start_ms) // _WORD_MS
        before = sum(len(burst) for burst in bursts[:-1])
        return words if complete else words[: max(before, spoken)]

    def words(self, said: list[str], until_ms: int) -> list[Event]:
        """Return the words with their times, spread evenly."""
        step = (until_ms - self.start_ms) / max(1, len(said)) / 1000
        start = self.start_ms / 1000
        return [
            {
                "word": word,
                "confidence": 0.98,
                "start": round(start + index * step, 3),
                "end": round(start + (index + 1) * step, 3),
            }
            for index, word in enumerate(said)
        ]


class FluxHearing:
    """The v2 listen model: turn events in the documented order."""

    def __init__(self, script: Script, sample_rate: int, *, eager: bool) -> None:
        self._script = script
        self._eager = eager
        self._sound = Sound(sample_rate)
        self._speech: Speech | None = None
        self._noise = False
        self._eager_sent = False
        self._window_start_ms = 0
        self._last_event_ms = 0
        self._turn = 0
        self._sequence = 0
        self._request_id = str(uuid4())

    def connected(self) -> Event:
        """Return the first message of a connection."""
        return {"type": "Connected", **self._numbered()}

    def feed(self, pcm: bytes) -> list[Event]:
        """Return the messages that this audio leads to."""
        return [event for _ in self._sound.frames(pcm) for event in self._frame()]

    def force_end(self) -> list[Event]:
        """Return what `ForceEndTurn` leads to."""
        return self._end("manual") if self._speech else []

    def _frame(self) -> list[Event]:
        sound = self._sound
        if self._noise or self._speech is None:
            return self._idle_frame()
        if sound.quiet_ms == self._script.eager_ms and self._eager:
            self._eager_sent = True
            return [self._turn_info("EagerEndOfTurn", complete=True)]
        if sound.quiet_ms >= self._speech.utterance.end_ms:
            return self._end("model")
        if sound.loud_ms == _FRAME_MS and sound.pause_ms >= self._script.eager_ms:
            self._speech.burst += 1
            if self._eager_sent:
                self._eager_sent = False
                return [self._turn_info("TurnResumed", complete=False)]
        return self._update()

    def _idle_frame(self) -> list[Event]:
        sound = self._sound
        if self._noise:
            self._noise = sound.quiet_ms < self._script.end_ms
        elif sound.loud_ms >= self._script.start_ms:
            utterance = self._script.next_utterance(self._turn)
            self._noise = utterance is None
            if utterance is not None:
                self._speech = Speech(utterance, sound.now_ms - sound.loud_ms)
                return [self._turn_info("StartOfTurn", complete=False)]
        return self._update()

    def _update(self) -> list[Event]:
        if self._sound.now_ms - self._last_event_ms < _UPDATE_MS:
            return []
        return [self._turn_info("Update", complete=self._eager_sent)]

    def _end(self, trigger: str) -> list[Event]:
        ended = self._turn_info("EndOfTurn", complete=True) | {"trigger": trigger}
        self._speech, self._eager_sent = None, False
        self._turn += 1
        self._window_start_ms = self._sound.now_ms
        return [ended]

    def _turn_info(self, event: FluxEvent, *, complete: bool) -> Event:
        sound, speech = self._sound, self._speech
        self._last_event_ms = sound.now_ms
        until_ms = sound.last_loud_ms
        said = speech.said(until_ms=until_ms, complete=complete) if speech else []
        return {
            "type": "TurnInfo",
            **self._numbered(),
            "event": event,
            "turn_index": self._turn,
            "audio_window_start": self._window_start_ms / 1000,
            "audio_window_end": sound.now_ms / 1000,
            "transcript": " ".join(said),
            "words": speech.words(said, until_ms) if speech else [],
            "end_of_turn_confidence": 0.9 if complete else 0.1,
        }

    def _numbered(self) -> Event:
        self._sequence += 1
        return {"request_id": self._request_id, "sequence_id": self._sequence - 1}
