"""Programs of the benchmark: started on cores of their choice, stopped for certain."""

import contextlib
import os
import queue
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
_STOP_S: Final = 25.0
_POLL_S: Final = 0.05
_OK: Final = 200
_AHEAD: Final = -10
"""Callers and providers are other machines in truth; they must not wait for the product."""

Cores = tuple[int, ...]


class Program:
    """A running child; made by `running`."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self._process = process
        self._log = log
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def line(self, within_s: float) -> str:
        """Return the next line it prints.

        Raises:
            TimeoutError: it prints none in time.
            ChildProcessError: it has ended.
        """
        try:
            line = self._lines.get(timeout=within_s)
        except queue.Empty:
            raise TimeoutError(f"{self._process.args} is silent; see {self._log}") from None
        if line is None:
            raise ChildProcessError(f"{self._process.args} has ended; see {self._log}")
        return line

    def lines(self) -> list[str]:
        """Return all lines it has printed since they were asked for."""
        found: list[str] = []
        with contextlib.suppress(queue.Empty):
            while (line := self._lines.get_nowait()) is not None:
                found.append(line)
        return found

    def kill(self) -> None:
        """`kill -9`."""
        self._process.kill()
        self._process.wait()

    def stop(self, signal_number: signal.Signals = signal.SIGTERM) -> None:
        """Have it end, by force if need be."""
        if self._process.poll() is None:
            self._process.send_signal(signal_number)
            try:
                self._process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                self.kill()
        self._reader.join()

    def _read(self) -> None:
        for line in self._process.stdout or ():
            self._lines.put(line.rstrip("\n"))
        self._lines.put(None)


@contextmanager
def running(
    command: Sequence[str],
    cores: Cores,
    log: Path,
    env: Mapping[str, str] | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
    *,
    ahead: bool = False,
) -> Generator[Program]:
    """Run a command on some cores until the end of the block; what it complains of goes to `log`.

    `env` replaces names of our environment; an empty value removes the name. `ahead` has it go
    before others that want the same core, where that is allowed.
    """
    merged = {**os.environ, **(env or {})}
    environment = {name: value for name, value in merged.items() if value}
    pinned = ["taskset", "-c", ",".join(map(str, cores)), *command]
    with log.open("a") as complaints:
        process = subprocess.Popen(  # noqa: S603 - our own commands
            pinned, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=complaints, text=True
        )
    program = Program(process, log)
    if ahead:
        with contextlib.suppress(PermissionError):
            os.setpriority(os.PRIO_PROCESS, process.pid, _AHEAD)
    try:
        yield program
    finally:
        program.stop(stop_signal)


def wait_until(holds: Callable[[], bool], within_s: float, what: str) -> None:
    """Wait until something holds.

    Raises:
        TimeoutError: it does not in time.
    """
    deadline = time.monotonic() + within_s
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        time.sleep(_POLL_S)


def answers(url: str) -> bool:
    """Tell whether an address on this machine answers with 200."""
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310 - http only
            return bool(response.status == _OK)
    except (urllib.error.URLError, OSError):
        return False
