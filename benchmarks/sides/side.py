"""What the benchmark needs of a side."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from benchmarks.programs import Cores


class Running(Protocol):
    """A side that takes calls."""

    @property
    def url(self) -> str:
        """Where its browser socket is."""
        ...

    def parts(self) -> Mapping[str, list[int]]:
        """Return the process ids of each part, now."""
        ...

    def kill(self, part: str) -> None:
        """`kill -9` a part; whatever restarts it in production restarts it."""
        ...


class Side(Protocol):
    """One of the two."""

    @property
    def name(self) -> str:
        """What tables call it."""
        ...

    def up(self, cores: Cores) -> AbstractContextManager[Running]:
        """Run it on some cores until the end of the block."""
        ...
