"""pipecat-ai, as a minimal bot of one process in an environment of its own."""

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
_START_S = 60.0


class RunningPipecat:
    """A bot that takes calls; started again at once when it was killed."""

    def __init__(self, side: "PipecatSide", port: int, cores: Cores, stack: ExitStack) -> None:
        self._side = side
        self._port = port
        self._cores = cores
        self._stack = stack
        self._program = self._start()

    @property
    def url(self) -> str:
        """Its WebSocket."""
        return f"ws://127.0.0.1:{self._port}/ws"

    def parts(self) -> dict[str, list[int]]:
        """Return the process ids of its one part, now."""
        return {"bot": accounting.family(self._program.pid)}

    def kill(self, part: str) -> None:
        """`kill -9` the bot and start another."""
        del part
        self._program.kill()
        self._program = self._start()

    def _start(self) -> Program:
        fakes = self._side.fakes
        command = [
            str(PYTHON),
            str(FOLDER / "bot.py"),
            *("--port", str(self._port), "--key", delays.KEY),
            *("--anthropic", fakes.anthropic, "--deepgram", fakes.deepgram),
        ]
        log = self._side.folder / "pipecat.log"
        program = self._stack.enter_context(running(command, self._cores, log))
        ready = f"http://127.0.0.1:{self._port}/healthz"
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
            port = ports.free(["bot"])["bot"]
            yield RunningPipecat(self, port, cores, stack)
