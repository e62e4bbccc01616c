"""A running child: started by us, or by a supervisor before us."""

import asyncio
import os
import signal
import subprocess
import threading
from contextlib import suppress
from pathlib import Path

import psutil

from convonet.embedded.program import Program
from convonet.startup import STAND_BY


class Process:
    """One operating system process, watched from the moment this is made.

    Its death is reported by the kernel (a pidfd), so a restart takes milliseconds and costs
    nothing while nothing dies.
    """

    def __init__(self, pid: int, child: "subprocess.Popen[bytes] | None" = None) -> None:
        self.pid = pid
        self.exited = asyncio.Event()
        self._child = child
        self._watch()

    @classmethod
    def spawn(
        cls, program: Program, home: Path, log: Path, *, standing_by: bool = False
    ) -> "Process":
        """Start `program`, its output appended to `log`; one that stands by waits for `go`.

        It gets a session of its own, so that neither Ctrl-C in our terminal nor our death reaches
        it: the supervisor decides when it stops, and the next supervisor may adopt it.

        Raises:
            OSError: the program cannot be executed or the log cannot be written.
        """
        env = program.environment(home)
        if standing_by:
            env[STAND_BY] = "1"
        with log.open("ab") as output:
            child = subprocess.Popen(  # noqa: S603
                program.argv,
                env=env,
                cwd=program.cwd,
                user=program.user,
                group=program.user,
                extra_groups=None if program.user is None else [],
                stdin=subprocess.PIPE if standing_by else subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        return cls(child.pid, child)

    @property
    def outcome(self) -> str:
        """How it ended, in words; only the system's own children tell."""
        code = None if self._child is None else self._child.poll()
        if code is None:
            return "gone"
        if code < 0:
            return f"killed by {signal.Signals(-code).name}"
        return f"exit code {code}"

    def go(self) -> bool:
        """Tell a process that stands by to do its work; False when it has ended."""
        if self._child is None or self._child.stdin is None or self.exited.is_set():
            return False
        try:
            self._child.stdin.write(b"\n")
            self._child.stdin.close()
        except OSError:
            return False
        return True

    def send(self, what: signal.Signals) -> None:
        """Send a signal; none is sent once the process has ended."""
        if not self.exited.is_set():
            os.kill(self.pid, what)

    async def stop(self, how: signal.Signals, within_s: float) -> bool:
        """Ask it to end, then make it; True when it ended by itself."""
        self.send(how)
        try:
            async with asyncio.timeout(within_s):
                await self.exited.wait()
        except TimeoutError:
            self.send(signal.SIGKILL)
            await self.exited.wait()
            return False
        return True

    def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        if not hasattr(os, "pidfd_open"):
            threading.Thread(target=self._wait_in_thread, args=(loop,), daemon=True).start()
            return
        try:
            descriptor = os.pidfd_open(self.pid)
        except ProcessLookupError:
            self._ended()
            return
        loop.add_reader(descriptor, self._on_pidfd, loop, descriptor)

    def _on_pidfd(self, loop: asyncio.AbstractEventLoop, descriptor: int) -> None:
        loop.remove_reader(descriptor)
        os.close(descriptor)
        self._ended()

    def _wait_in_thread(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._child is not None:
            self._child.wait()
        else:
            psutil.wait_procs([psutil.Process(self.pid)])
        loop.call_soon_threadsafe(self._ended)

    def _ended(self) -> None:
        # What it started and left behind goes too: before the process itself is collected,
        # because until then its number cannot have passed to a stranger.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        if self._child is not None:
            self._child.wait()
        self.exited.set()
