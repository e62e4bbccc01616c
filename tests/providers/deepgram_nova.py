"""The v1 listen model of the protocol-level Deepgram: results, endpointing, utterance ends."""

from uuid import uuid4

from tests.providers.deepgram_hearing import Event, Sound, Speech
from tests.providers.deepgram_script import Script

_INTERIM_MS = 500


class NovaHearing:
    """Results as nova sends them: interim, final, and final before a pause."""

    def __init__(
        self, script: Script, sample_rate: int, *, endpointing_ms: int, utterance_end_ms: int
    ) -> None:
        self._script = script
        self._endpointing_ms = endpointing_ms
        self._utterance_end_ms = utterance_end_ms
        self._sound = Sound(sample_rate)
        self._speech: Speech | None = None
        self._noise = False
        self._from_ms = 0
        self._finalized = 0
        self._last_result_ms = 0
        self._turn = 0
        self._request_id = str(uuid4())

    def feed(self, pcm: bytes) -> list[Event]:
        """Return the messages that this audio leads to."""
        return [event for _ in self._sound.frames(pcm) for event in self._frame()]

    def finalize(self) -> list[Event]:
        """Return what `Finalize` leads to."""
        results = self._results(is_final=True, speech_final=False)
        self._speech = None
        return [results | {"from_finalize": True}]

    def _frame(self) -> list[Event]:
        sound, speech = self._sound, self._speech
        if self._noise:
            return self._noise_frame()
        if speech is None:
            return self._idle_frame()
        if speech.utterance.noisy:
            return self._noisy_frame()
        if sound.quiet_ms == self._endpointing_ms:
            self._speech = None
            return [self._results(is_final=True, speech_final=True, speech=speech)]
        if sound.quiet_ms == self._script.eager_ms and not self._last_part(speech):
            final = self._results(is_final=True, speech_final=False, speech=speech)
            speech.burst += 1
            return [final]
        return self._interim()

    def _idle_frame(self) -> list[Event]:
        sound = self._sound
        if sound.loud_ms < self._script.start_ms:
            return self._interim()
        started = sound.now_ms - sound.loud_ms
        utterance = self._script.next_utterance(self._turn)
        self._turn += 1
        self._noise = utterance is None
        self._speech = Speech(utterance, started) if utterance else None
        self._from_ms, self._finalized = started, 0
        return [{"type": "SpeechStarted", "channel": [0, 1], "timestamp": started / 1000}]

    def _noise_frame(self) -> list[Event]:
        if self._sound.quiet_ms < self._endpointing_ms:
            return self._interim()
        self._noise = False
        return [self._results(is_final=True, speech_final=True)]

    def _noisy_frame(self) -> list[Event]:
        if self._sound.quiet_ms != self._utterance_end_ms:
            return self._interim()
        last_word_end = self._sound.last_loud_ms / 1000
        return [{"type": "UtteranceEnd", "channel": [0, 1], "last_word_end": last_word_end}]

    def _interim(self) -> list[Event]:
        if self._sound.now_ms - self._last_result_ms < _INTERIM_MS:
            return []
        return [self._results(is_final=False, speech_final=False, speech=self._speech)]

    def _last_part(self, speech: Speech) -> bool:
        return speech.burst >= len(speech.utterance.parts) - 1

    def _results(
        self, *, is_final: bool, speech_final: bool, speech: Speech | None = None
    ) -> Event:
        now_ms, until_ms = self._sound.now_ms, self._sound.last_loud_ms
        speech = speech or self._speech
        said = speech.said(until_ms=until_ms, complete=is_final) if speech else []
        timed = speech.words(said, until_ms) if speech else []
        words = timed[self._finalized :]
        alternative = {
            "transcript": " ".join(said[self._finalized :]),
            "confidence": 0.98 if words else 0.0,
            "words": words,
        }
        results: Event = {
            "type": "Results",
            "channel_index": [0, 1],
            "start": self._from_ms / 1000,
            "duration": (now_ms - self._from_ms) / 1000,
            "is_final": is_final,
            "speech_final": speech_final,
            "from_finalize": False,
            "channel": {"alternatives": [alternative]},
            "metadata": {
                "request_id": self._request_id,
                "model_uuid": str(uuid4()),
                "model_info": {"name": "nova-3", "version": "test", "arch": "nova"},
            },
        }
        self._last_result_ms = now_ms
        if is_final:
            self._from_ms, self._finalized = now_ms, len(said)
        return results
