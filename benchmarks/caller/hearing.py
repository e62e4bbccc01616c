"""The caller's ear: a loudspeaker behind a jitter buffer, as a browser or a phone has it."""

from dataclasses import dataclass
from typing import Final

from benchmarks.caller.sound import length_s, voiced

JITTER_BUFFER_S: Final = 0.1
"""How long the first sound of a reply waits, so that later sound may be late by as much."""


@dataclass
class Reply:
    """One reply as it was heard. Clocks are monotonic seconds."""

    first_at: float | None = None
    """The first voiced frame arrived."""
    last_at: float | None = None
    """The newest voiced frame arrived."""
    heard_s: float = 0.0
    gaps_s: float = 0.0
    gaps: int = 0


class Hearing:
    """Plays what arrives, and notes when it sounded and where it broke off."""

    def __init__(self) -> None:
        self.reply = Reply()
        self._sounds_until = 0.0

    @property
    def sounds_until(self) -> float:
        """When the loudspeaker falls, or fell, silent."""
        return self._sounds_until

    def sound(self, pcm: bytes, at: float) -> None:
        """Take sound that arrived (mono, 16-bit, `OUTPUT_RATE`)."""
        if not voiced(pcm):
            return
        reply, length = self.reply, length_s(pcm)
        if reply.first_at is None:
            reply.first_at = at
            self._sounds_until = max(at + JITTER_BUFFER_S, self._sounds_until)
        elif at > self._sounds_until:
            reply.gaps += 1
            reply.gaps_s += at - self._sounds_until
            self._sounds_until = at + JITTER_BUFFER_S
        reply.last_at = at
        reply.heard_s += length
        self._sounds_until += length

    def clear(self, at: float) -> None:
        """Drop what has not sounded yet."""
        dropped = max(0.0, self._sounds_until - at)
        self.reply.heard_s = max(0.0, self.reply.heard_s - dropped)
        self._sounds_until = min(self._sounds_until, at)

    def next_reply(self) -> Reply:
        """Count what arrives from now on as another reply; return the one before."""
        before, self.reply = self.reply, Reply()
        return before
