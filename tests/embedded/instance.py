"""A whole Convonet as a person starts it: `convonet up` in a folder and on ports of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

from convonet.embedded import ports

PROCESSES = (
    "supervisor",
    "api",
    "voice-worker",
    "conversation-worker",
    "postgres",
    "valkey",
    "temporal",
)


ADMISSION = ("CONVONET_MAX_CALLS", "CONVONET_USER_CALLS", "CONVONET_USER_STARTS")
LIMIT_S = 150.0
"""For what takes every process to start or to end, however busy the machine is."""
PORTS = ("CONVONET_PORT", "CONVONET_TEMPORAL_PORT", "CONVONET_TEMPORAL_UI_PORT")


class Instance:
    def __init__(self, home: Path) -> None:
        self.home = home
        self.output = home.with_name(f"{home.name}.out")
        chosen = ports.free(PORTS)
        taken = ("DATABASE_URL", "REDIS_URL", "TEMPORAL_ADDRESS", "JWT_SECRET")
        self.env = {name: value for name, value in os.environ.items() if name not in taken}
        self.env |= {name: str(port) for name, port in chosen.items()}
        self.env["CONVONET_HOME"] = str(home)
        # However busy the machine that runs the tests: tests/overload is where callers are refused.
        self.env |= dict.fromkeys(ADMISSION, "1000")
        self._supervisor: subprocess.Popen[bytes] | None = None

    def up(self) -> None:
        """Start it unless it runs, and wait until it says that it does."""
        if self._supervisor and self._supervisor.poll() is None:
            return
        with self.output.open("wb") as output:
            self._supervisor = subprocess.Popen(  # noqa: S603
                self.command, env=self.env, cwd=self.home.parent, stdout=output, stderr=output
            )
        eventually(lambda: "Ctrl-C stops everything" in self.said or self._has_ended)
        assert not self._has_ended, self.said

    def refused(self) -> str:
        """Start it where it cannot start and return the line it ends with."""
        done = subprocess.run(  # noqa: S603
            self.command,
            env=self.env,
            cwd=self.home.parent,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        (line,) = done.stderr.splitlines()
        return line

    def interrupt(self) -> int:
        """Press Ctrl-C and return the exit code."""
        assert self._supervisor
        self._supervisor.send_signal(signal.SIGINT)
        return self._supervisor.wait(LIMIT_S)

    def end(self) -> None:
        """Leave nothing behind, however the tests went."""
        if self._supervisor and not self._has_ended:
            self.interrupt()
        for process in self.leftovers:
            with suppress(psutil.NoSuchProcess):
                process.kill()

    def kill(self, process: str) -> None:
        """`kill -9` one of its processes."""
        os.kill(self.pid(process), signal.SIGKILL)
        if process == "supervisor" and self._supervisor:
            self._supervisor.wait(LIMIT_S)

    def pid(self, process: str) -> int:
        return int((self.home / "run" / f"{process}.pid").read_text())

    @property
    def pids(self) -> dict[str, int]:
        return {name: self.pid(name) for name in PROCESSES}

    @property
    def said(self) -> str:
        return self.output.read_text() if self.output.exists() else ""

    @property
    def leftovers(self) -> list[psutil.Process]:
        """The processes that still belong to it."""
        return [
            process
            for process in psutil.process_iter()
            if str(self.home) in " ".join(_environment(process))
        ]

    @property
    def _has_ended(self) -> bool:
        return self._supervisor is not None and self._supervisor.poll() is not None

    @property
    def command(self) -> list[str]:
        return [sys.executable, "-m", "convonet", "up"]


def eventually(holds: Callable[[], bool], within_s: float = LIMIT_S) -> None:
    """Return as soon as `holds`; fail after `within_s`."""
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.02)


def _environment(process: psutil.Process) -> list[str]:
    try:
        return list(process.environ().values())
    except psutil.Error:
        return []
