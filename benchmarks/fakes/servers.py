"""Run the fake providers beside a side."""

import json
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict, cast

from benchmarks.programs import Cores, Program, running

_START_S = 20.0


class _Line(TypedDict, total=False):
    messages: int
    late_ms: list[float]


@dataclass
class Fakes:
    """The running servers."""

    program: Program
    anthropic: str
    deepgram: str
    _messages: list[int] = field(default_factory=list[int])
    _late_ms: list[float] = field(default_factory=list[float])

    def messages(self) -> list[int]:
        """Return how many messages each request to the model held, since the last time asked."""
        self._read()
        found, self._messages = self._messages, []
        return found

    def lateness(self) -> list[float]:
        """Return how late their timers were, ms, since the last time asked."""
        self._read()
        found, self._late_ms = self._late_ms, []
        return found

    def _read(self) -> None:
        for text in self.program.lines():
            line = cast("_Line", json.loads(text))
            if "messages" in line:
                self._messages.append(line["messages"])
            self._late_ms += line.get("late_ms", [])


@contextmanager
def fakes(cores: Cores, logs: Path) -> Generator[Fakes]:
    """Serve until the end of the block."""
    command = [sys.executable, "-m", "benchmarks.fakes"]
    with running(command, cores, logs / "fakes.log", ahead=True) as program:
        addresses = json.loads(program.line(_START_S))
        yield Fakes(program, addresses["anthropic"], addresses["deepgram"])
