"""Silence, absence and the length of a call: when something must be said about them."""

import time
from dataclasses import dataclass

from pydantic import TypeAdapter

from convonet.contracts.conversation import EndReason
from convonet.session import phrases

_REASON: TypeAdapter[EndReason] = TypeAdapter(EndReason)

_OVERTIME_S = 60.0
"""Beyond its limit a call ends even when the caller leaves no silence to say so in."""


@dataclass(frozen=True)
class Limits:
    """How long things may take, seconds."""

    idle_prompt_s: float
    idle_goodbye_s: float
    max_call_s: float
    reconnect_s: float
    filler_s: float = 1.5
    """Thinking in silence longer than this gets a filler ..."""
    next_filler_s: float = 3.5
    """... and after this another one."""


class Quiet:
    """Measures silence. Its clock is monotonic: that of the wall may jump, and must end no call."""

    def __init__(self, limits: Limits, lasted_s: int = 0, *, asked: bool = False) -> None:
        """Go on after media sessions that `lasted_s`, the last of which has `asked` for words."""
        self._limits = limits
        self._before_s = lasted_s
        self._began = self._since = time.monotonic()
        self._away_since: float | None = None
        self.asked = asked
        """The caller was asked whether they are there, and has not answered."""
        self.leaving: EndReason | None = None
        """Why the call ends when the present words have been heard."""

    def leave(self, reason: str) -> None:
        """Go on with the last words of another media session; none when `reason` is empty."""
        self.leaving = _REASON.validate_python(reason) if reason else None

    def silent_already(self, ms: int) -> None:
        """It has been silent for so long before this media session; at most one filler is due."""
        before_s = min(
            max(ms / 1_000, 0.0), self._limits.filler_s
        )  # Told by the wall, which may jump.
        self._since = time.monotonic() - before_s

    def sound(self) -> None:
        """Something was heard or said: silence begins anew."""
        self._since = time.monotonic()

    def caller_active(self) -> None:
        """The caller did something: nobody needs to ask whether they are there."""
        self.asked = False
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

    @property
    def lasted_s(self) -> int:
        """How long the call has lasted, as far as media sessions were there."""
        return self._before_s + int(time.monotonic() - self._began)

    @property
    def overdue(self) -> bool:
        """The caller has talked over the end of the call for long enough."""
        return self.lasted_s > self._limits.max_call_s + _OVERTIME_S

    def filler(self, said: int) -> str | None:
        """Return what to say while the assistant thinks, when it is time; `said` were already."""
        limit_s = self._limits.next_filler_s if said else self._limits.filler_s
        if said >= len(phrases.FILLERS) or self._silent_s < limit_s:
            return None
        self.sound()
        return phrases.FILLERS[said]

    def prompt(self) -> str | None:
        """Return what to say while nobody says anything, when it is time."""
        if self.away_s or self.leaving is not None:
            return None
        if self.lasted_s >= self._limits.max_call_s:
            self.leaving = "goodbye"
            return phrases.TIME_IS_UP
        if not self.asked and self._silent_s > self._limits.idle_prompt_s:
            self.asked = True
            self.sound()
            return phrases.STILL_THERE
        if self.asked and self._silent_s > self._limits.idle_goodbye_s:
            self.leaving = "idle"
            return phrases.IDLE_GOODBYE
        return None

    @property
    def _silent_s(self) -> float:
        return time.monotonic() - self._since
