"""Endpointing: finding where a caller begins, pauses and ends, from voice probabilities alone."""

from collections.abc import Iterator
from dataclasses import dataclass

WINDOW_MS = 32
"""How much sound one probability stands for."""


@dataclass(frozen=True)
class Thresholds:
    """When sound counts as a voice, and silence as an end; times in ms of audio."""

    open_above: float = 0.5
    """A window as likely as this is voiced when nobody is speaking."""
    stay_above: float = 0.35
    """A window as likely as this is voiced while somebody is."""
    start_ms: int = 96
    """So much voice, almost without a gap, is somebody speaking."""
    resume_ms: int = 64
    """So much voice ends a pause; a single click does not."""
    pause_ms: int = 288
    """So much silence is a pause: time to ask whether the turn is over."""
    end_ms: int = 896
    """So much silence is the end of a turn, whatever anybody thinks."""
    longest_ms: int = 60_000
    """A turn this long is cut: it is a radio, or must be answered at last."""


@dataclass(frozen=True)
class Started:
    """Somebody speaks since `at_ms`."""

    at_ms: int


@dataclass(frozen=True)
class Paused:
    """The voice stopped at `voice_end_ms`; `at_ms` is where that was certain."""

    voice_end_ms: int
    at_ms: int


@dataclass(frozen=True)
class Resumed:
    """The voice is back after a pause."""

    at_ms: int


@dataclass(frozen=True)
class Ended:
    """The turn is over: what came before `at_ms` is its sound."""

    started_ms: int
    voice_end_ms: int
    at_ms: int
    voiced_ms: int


Edge = Started | Paused | Resumed | Ended


class Endpointer:
    """Cuts the sound of a call into turns. Does no I/O and reads no clock.

    Edges come in the order Started, (Paused, Resumed)*, [Paused], Ended. All times count the
    windows fed, so the same sound gives the same turns however fast it comes.
    """

    def __init__(self, thresholds: Thresholds | None = None) -> None:
        self._limits = thresholds or Thresholds()
        self._now_ms = 0
        self._open = False
        self._paused = False
        self._started_ms = 0
        self._voice_end_ms = 0
        self._voiced_ms = 0
        self._run_ms = 0
        self._gap_ms = 0

    @property
    def now_ms(self) -> int:
        """How much sound has been judged."""
        return self._now_ms

    @property
    def voiced_ms(self) -> int:
        """How much voice the present turn has had so far."""
        return self._voiced_ms

    @property
    def voice_end_ms(self) -> int:
        """Where the last voiced window of the present turn ended."""
        return self._voice_end_ms

    def feed(self, probability: float) -> Iterator[Edge]:
        """Take the next window's probability of a voice; yield what it changed."""
        self._now_ms += WINDOW_MS
        if self._open:
            yield from self._listen_on(probability >= self._limits.stay_above)
        else:
            yield from self._wait_for_voice(probability >= self._limits.open_above)

    def end(self) -> Ended | None:
        """End the turn at this pause, for somebody who understood it; None when there is none."""
        return self._finish() if self._paused else None

    def _wait_for_voice(self, voiced: bool) -> Iterator[Started]:
        if voiced:
            if not self._run_ms:
                self._started_ms = self._now_ms - WINDOW_MS
            self._run_ms += WINDOW_MS
            self._gap_ms = 0
        else:
            self._gap_ms += WINDOW_MS
            if self._gap_ms > WINDOW_MS:
                self._run_ms = 0
        if self._run_ms >= self._limits.start_ms:
            self._open = True
            self._voiced_ms = self._run_ms
            self._voice_end_ms = self._now_ms
            yield Started(self._started_ms)

    def _listen_on(self, voiced: bool) -> Iterator[Edge]:
        self._run_ms = self._run_ms + WINDOW_MS if voiced else 0
        if voiced:
            self._voiced_ms += WINDOW_MS
        if voiced and (not self._paused or self._run_ms >= self._limits.resume_ms):
            yield from self._go_on()
        elif self._silent_ms >= self._limits.end_ms:
            yield self._finish()
        elif not self._paused and self._silent_ms >= self._limits.pause_ms:
            self._paused = True
            yield Paused(self._voice_end_ms, self._now_ms)

    def _go_on(self) -> Iterator[Edge]:
        self._voice_end_ms = self._now_ms
        if self._paused:
            self._paused = False
            yield Resumed(self._now_ms - self._run_ms)
        if self._now_ms - self._started_ms >= self._limits.longest_ms:
            yield self._finish()

    @property
    def _silent_ms(self) -> int:
        return self._now_ms - self._voice_end_ms

    def _finish(self) -> Ended:
        ended = Ended(self._started_ms, self._voice_end_ms, self._now_ms, self._voiced_ms)
        self._open = self._paused = False
        self._run_ms = self._gap_ms = self._voiced_ms = 0
        return ended
