"""pipecat-ai: minimal bots in an environment of their own, a process for each core."""

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks import accounting, delays
from benchmarks.fakes.servers import Fakes
from benchmarks.programs import ROOT, Cores, Program, answers, running, wait_until
from convonet.embedded import ports

FOLDER: Final = ROOT / "benchmarks" / "pipecat"
PYTHON: Final = FOLDER / ".venv" / "bin" / "python"
_START_S = 150.0


class RunningPipecat:
    """Bots that take calls; one that was killed is started again at once."""

    def __init__(self, side: "PipecatSide", cores: Cores, stack: ExitStack) -> None:
        self._side = side
        self._cores = cores
        self._stack = stack
        names = [f"bot {core}" for core in cores]
        self._ports = list(ports.free(names).values())
        self._programs = [self._start(port) for port in self._ports]

    @property
    def url(self) -> str:
        """Their WebSockets, separated by commas: calls are dealt out in turn."""
        return ",".join(f"ws://127.0.0.1:{port}/ws" for port in self._ports)

    def parts(self) -> dict[str, list[int]]:
        """Return the process ids of its one part, now."""
        families = [accounting.family(program.pid) for program in self._programs]
        return {"bots": [pid for family in families for pid in family]}

    def kill(self, part: str) -> None:
        """`kill -9` the first bot and start another."""
        del part
        self._programs[0].kill()
        self._programs[0] = self._start(self._ports[0])

    def _start(self, port: int) -> Program:
        fakes = self._side.fakes
        command = [
            str(PYTHON),
            str(FOLDER / "bot.py"),
            *("--port", str(port), "--key", delays.KEY),
            *("--anthropic", fakes.anthropic, "--deepgram", fakes.deepgram),
        ]
        log = self._side.folder / "pipecat.log"
        program = self._stack.enter_context(running(command, self._cores, log))
        ready = f"http://127.0.0.1:{port}/healthz"
        wait_until(lambda: answers(ready), _START_S, f"pipecat does not start; see {log}")
        return program


@dataclass(frozen=True)
class PipecatSide:
    """pipecat on the fake providers."""

    folder: Path
    fakes: Fakes
    name: str = "pipecat"

    @contextmanager
    def up(self, cores: Cores) -> Generator[RunningPipecat]:
        """Run it on some cores until the end of the block."""
        with ExitStack() as stack:
            yield RunningPipecat(self, cores, stack)
