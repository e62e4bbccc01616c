"""Run the fake providers beside a side."""

import json
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.programs import Cores, Program, running

_START_S = 20.0


@dataclass(frozen=True)
class Fakes:
    """The running servers."""

    program: Program
    anthropic: str
    deepgram: str

    def messages(self) -> list[int]:
        """Return how many messages each request to the model held, since the last time asked."""
        return [int(json.loads(line)["messages"]) for line in self.program.lines()]


@contextmanager
def fakes(cores: Cores, logs: Path) -> Generator[Fakes]:
    """Serve until the end of the block."""
    command = [sys.executable, "-m", "benchmarks.fakes"]
    with running(command, cores, logs / "fakes.log") as program:
        addresses = json.loads(program.line(_START_S))
        yield Fakes(program, addresses["anthropic"], addresses["deepgram"])
