"""The caller's audio on its way to speech-to-text, and where in the stream each word was."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from convonet.errors import ProviderBusy
from convonet.redis.media import InEntry
from convonet.speech.ports import (
    INPUT_RATE,
    HeardEvent,
    Hints,
    ListeningSession,
    SpeechToText,
)

_log = logging.getLogger(__name__)

_BYTES_PER_MS = INPUT_RATE * 2 // 1_000
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.1, 2.0
_REMEMBERED_MS = 180_000
"""How far back a position can be traced to its stream entry."""

_DIGESTED_S = 3.0
"""After this, whatever begins in the audio fed has been reported, also when much came at once."""


@dataclass(frozen=True)
class Mark:
    """A stream entry, and up to where in the fed audio it reaches."""

    end_ms: int
    entry_id: str
    arrived_ms: int


class Ear:
    """One call's speech-to-text, opened again whenever it breaks."""

    def __init__(
        self,
        stt: SpeechToText,
        hints: Hints,
        on_event: Callable[[HeardEvent], None],
        on_trouble: Callable[[ProviderBusy], None],
    ) -> None:
        self._stt = stt
        self._hints = hints
        self._on_event = on_event
        self._on_trouble = on_trouble
        self._session: ListeningSession | None = None
        self._marks: deque[Mark] = deque()
        self._undigested: deque[tuple[float, int]] = deque()
        self._digested_ms = 0
        self._fed_bytes = 0
        self.opened = 0
        """How many times it has been opened; after each, audio must be fed from the cursor on."""

    @property
    def fed_ms(self) -> int:
        """How much audio this opening has been fed."""
        return self._fed_bytes // _BYTES_PER_MS

    @property
    def digested_ms(self) -> int:
        """Up to where this opening's audio would have been reported by now as speech; else 0."""
        if self._session is None:
            return 0
        horizon = time.monotonic() - _DIGESTED_S
        while self._undigested and self._undigested[0][0] <= horizon:
            self._digested_ms = self._undigested.popleft()[1]
        return self._digested_ms

    async def run(self) -> None:
        """Listen until cancelled.

        Raises:
            ProviderRefused: speech-to-text will never work as it is set up.
        """
        pause = _FIRST_PAUSE_S
        while True:
            try:
                async with self._stt.listen(self._hints) as session:
                    self._begin(session)
                    async for event in session.events():
                        pause = _FIRST_PAUSE_S
                        self._on_event(event)
                raise ProviderBusy("speech-to-text ended by itself")
            except ProviderBusy as error:
                _log.warning("speech-to-text broke off: %s", error)
                self._session = None
                self._on_trouble(error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_S)

    async def feed(self, entry: InEntry) -> None:
        """Take one entry of caller audio; while nobody listens it is left for later."""
        if self._session is None:
            return
        self._fed_bytes += len(entry.audio)
        self._marks.append(Mark(self.fed_ms, entry.id, entry.arrived_ms))
        self._undigested.append((time.monotonic(), self.fed_ms))
        while self._marks[0].end_ms < self.fed_ms - _REMEMBERED_MS:
            self._marks.popleft()
        try:
            await self._session.feed(entry.audio)
        except ProviderBusy:
            # `run` learns of it from the events, and opens another.
            self._session = None

    def entry_before(self, ms: int) -> str | None:
        """Return the last entry that lies wholly within the first `ms` of the fed audio."""
        # From the end: what is asked for is hardly ever older than a second.
        for mark in reversed(self._marks):
            if mark.end_ms <= ms:
                return mark.entry_id
        return None

    def arrival(self, ms: int) -> int | None:
        """Return when the audio at `ms` arrived at the edge, Unix ms."""
        if not self._marks:
            return None
        found = self._marks[-1]
        for mark in reversed(self._marks):
            if mark.end_ms < ms:
                break
            found = mark
        return found.arrived_ms

    def _begin(self, session: ListeningSession) -> None:
        self._marks.clear()
        self._undigested.clear()
        self._digested_ms = 0
        self._fed_bytes = 0
        self._session = session
        self.opened += 1
