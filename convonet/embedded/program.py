"""What to run, as whom, and how to tell that it works."""

import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from signal import SIGTERM, Signals
from typing import Final

_HARMLESS: Final = ("PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "LD_LIBRARY_PATH")
"""What other people's programs get of our environment; keys and passwords are none of theirs."""

MARK: Final = "CONVONET_SUPERVISED"
"""Environment variable by which a child is recognised after its supervisor died."""


@dataclass(frozen=True)
class Program:
    """One child of the supervisor."""

    name: str
    argv: tuple[str, ...]
    answers: Callable[[], Awaitable[bool]]
    """Tells whether it does its work now; must return within a second or two."""
    env: Mapping[str, str] = field(default_factory=dict[str, str])
    """Added to our own environment."""
    ours: bool = False
    """It is Convonet itself, and gets our whole environment with all its keys."""
    cwd: Path | None = None
    user: int | None = None
    """User and group id to run as; ours when None."""
    stop_signal: Signals = SIGTERM
    stop_within_s: float = 10
    start_within_s: float = 30
    stops_first: bool = False
    """Stop it before the programs that others rely on."""
    stands_by: bool = False
    """Keep a second process that has everything loaded, ready to take over at once."""
    clear: Callable[[], None] = lambda: None
    """Takes away what a dead one may have left that would stop the next; called before each."""
    configuration: str = ""
    """What else it was started with, such as the text of its configuration file."""

    @property
    def fingerprint(self) -> str:
        """Changes with anything that would make a running child out of date."""
        parts = (*self.argv, *(f"{k}={v}" for k, v in sorted(self.env.items())), self.configuration)
        return sha256("\0".join(parts).encode()).hexdigest()[:16]

    def environment(self, home: Path) -> dict[str, str]:
        """Return the child's whole environment, marked as supervised for `home`."""
        return {
            **inherited(ours=self.ours),
            **self.env,
            MARK: f"{self.name} {self.fingerprint} {home}",
        }


def inherited(*, ours: bool) -> dict[str, str]:
    """Return our environment as a child may have it: whole for our own code, without keys else."""
    if ours:
        return dict(os.environ)
    return {
        name: value
        for name, value in os.environ.items()
        if name in _HARMLESS or name.startswith("LC_")
    }
