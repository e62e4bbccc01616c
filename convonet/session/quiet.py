"""Silence, absence and the length of a call: when something must be said about them."""

import time
from dataclasses import dataclass

from convonet.contracts.conversation import EndReason
from convonet.session import phrases

FILLER_AFTER_S = 1.5
"""Thinking in silence longer than this gets a filler."""

NEXT_FILLER_AFTER_S = 7.0


@dataclass(frozen=True)
class Limits:
    """How long things may take, seconds."""

    idle_prompt_s: float
    idle_goodbye_s: float
    max_call_s: float
    reconnect_s: float


class Quiet:
    """Measures silence. Its clock is monotonic, but for when the call began."""

    def __init__(self, limits: Limits, began_ms: int) -> None:
        self._limits = limits
        self.began_ms = began_ms or time.time_ns() // 1_000_000
        """When the call began, Unix ms: outlives this media session."""
        self._since = time.monotonic()
        self._away_since: float | None = None
        self._fillers = 0
        self._asked = False
        self.leaving: EndReason | None = None
        """Why the call ends when the present words have been heard."""

    def sound(self) -> None:
        """Something was heard or said: silence begins anew."""
        self._since = time.monotonic()

    def caller_active(self) -> None:
        """The caller did something: nobody needs to ask whether they are there."""
        self._asked = False
        self._fillers = 0
        self.sound()

    def client_there(self, *, there: bool) -> None:
        """Whether any connection serves the caller."""
        if there:
            if self._away_since is not None:
                self.sound()
            self._away_since = None
        elif self._away_since is None:
            self._away_since = time.monotonic()

    @property
    def away_s(self) -> float:
        """For how long nobody has served the caller."""
        return 0.0 if self._away_since is None else time.monotonic() - self._away_since

    @property
    def gone(self) -> bool:
        """The caller will not come back."""
        return self.away_s > self._limits.reconnect_s

    def filler(self) -> str | None:
        """Return what to say while the assistant thinks, when it is time."""
        limit_s = NEXT_FILLER_AFTER_S if self._fillers else FILLER_AFTER_S
        if self._fillers >= len(phrases.FILLERS) or self._silent_s < limit_s:
            return None
        self._fillers += 1
        self.sound()
        return phrases.FILLERS[self._fillers - 1]

    def prompt(self) -> str | None:
        """Return what to say while nobody says anything, when it is time."""
        if self.away_s or self.leaving is not None:
            return None
        if time.time_ns() // 1_000_000 - self.began_ms > self._limits.max_call_s * 1_000:
            self.leaving = "goodbye"
            return phrases.TIME_IS_UP
        if not self._asked and self._silent_s > self._limits.idle_prompt_s:
            self._asked = True
            self.sound()
            return phrases.STILL_THERE
        if self._asked and self._silent_s > self._limits.idle_goodbye_s:
            self.leaving = "idle"
            return phrases.IDLE_GOODBYE
        return None

    @property
    def _silent_s(self) -> float:
        return time.monotonic() - self._since
