"""Keeps one program running: starts it, waits until it answers, starts it again when it dies."""

import asyncio
import logging
from collections.abc import Callable
from time import monotonic
from typing import Final

from convonet.embedded.home import Home
from convonet.embedded.process import Process
from convonet.embedded.program import Program
from convonet.embedded.standby import Standby
from convonet.errors import CannotStart

logger = logging.getLogger(__name__)

Announce = Callable[[str], None]

_PAUSES_S: Final = (0.0, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0)
_POLL_S: Final = 0.02
_INSIST_S: Final = 30.0
_INSIST_EVERY_S: Final = 0.2


class _EndedAtOnceError(CannotStart):
    """It ended before it ever answered."""


class Backoff:
    """How long to wait before the next start: not at all at first, longer the more often."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._started = clock()
        self.deaths = 0

    def started(self) -> None:
        """Note that the program has just been started."""
        self._started = self._clock()

    def died(self) -> float:
        """Note a death and return how many seconds to wait.

        A minute without one makes up for all before it.
        """
        if self._clock() - self._started >= 60:  # noqa: PLR2004
            self.deaths = 0
        self.deaths += 1
        return _PAUSES_S[min(self.deaths, len(_PAUSES_S)) - 1]


class Keeper:
    """The owner of one child, from its start to its stop."""

    def __init__(self, program: Program, home: Home, announce: Announce) -> None:
        self.program = program
        self._home = home
        self._announce = announce
        self._log = home.log_file(program.name)
        self._backoff = Backoff()
        self._process: Process | None = None
        self._watch: asyncio.Task[None] | None = None
        self._standby = Standby(program, home.path, self._log) if program.stands_by else None

    async def start(self, adopted: Process | None, *, insist: bool = False) -> None:
        """Run the program (or take `adopted` for it) and return when it answers.

        With `insist` one that ends at once is tried again for a while: what others still rely on
        must not fail for what its predecessor's death has left for a moment.

        Raises:
            CannotStart: it cannot be executed, ended at once, or does not answer in time.
        """
        deadline = monotonic() + (_INSIST_S if insist else 0.0)
        process = adopted or self._first()
        while True:
            self._take(process)
            try:
                await self._answering(process)
                break
            except _EndedAtOnceError:
                if monotonic() > deadline:
                    raise
            await asyncio.sleep(_INSIST_EVERY_S)
            process = self._spawn_or_say_why()
        self._watch = asyncio.create_task(self._keep(process), name=f"keep {self.program.name}")
        if self._standby:
            self._standby.prepare()

    async def stop(self, within_s: float | None = None) -> None:
        """End the program; forcibly when it has not ended in its time."""
        if self._watch:
            self._watch.cancel()
            await asyncio.wait([self._watch])
        if self._standby:
            await self._standby.stop()
        if self._process:
            limit = self.program.stop_within_s if within_s is None else within_s
            if not await self._process.stop(self.program.stop_signal, limit):
                self._announce(f"{self.program.name} did not stop within {limit:g} s: killed")
        self._home.pid_file(self.program.name).unlink(missing_ok=True)

    def _first(self) -> Process:
        if self._log.exists():
            self._log.replace(self._log.with_name(f"{self._log.name}.1"))
        return self._spawn_or_say_why()

    def _spawn_or_say_why(self) -> Process:
        try:
            return self._spawn()
        except OSError as error:
            raise CannotStart(f"{self.program.argv[0]}: {error.strerror}") from error

    def _spawn(self) -> Process:
        self.program.clear()
        return Process.spawn(self.program, self._home.path, self._log)

    def _take(self, process: Process) -> None:
        self._process = process
        self._backoff.started()
        self._home.keep_pid(self.program.name, process.pid)

    async def _answering(self, process: Process) -> None:
        try:
            async with asyncio.timeout(self.program.start_within_s):
                while not await self.program.answers():
                    if process.exited.is_set():
                        raise _EndedAtOnceError(
                            f"{self.program.name} ended at once ({process.outcome}): "
                            f"{self._last_words()}"
                        )
                    await asyncio.sleep(_POLL_S)
        except TimeoutError:
            raise CannotStart(
                f"{self.program.name} does not answer after {self.program.start_within_s:g} s: "
                f"{self._last_words()}"
            ) from None

    async def _keep(self, process: Process) -> None:
        while True:
            await process.exited.wait()
            process = await self._again(process.outcome)

    async def _again(self, outcome: str) -> Process:
        while True:
            pause_s = self._backoff.died()
            self._announce(self._obituary(outcome, pause_s))
            if pause_s:
                await asyncio.sleep(pause_s)
            try:
                process = (self._standby and self._standby.take()) or self._spawn()
                self._take(process)
            except OSError as error:
                # A full disk or a missing file may mend itself: go on until it does.
                logger.exception("cannot start %s", self.program.name)
                outcome = f"cannot be started: {error.strerror}"
            else:
                if self._standby:
                    self._standby.prepare()
                return process

    def _obituary(self, outcome: str, pause_s: float) -> str:
        name = self.program.name
        if pause_s < 1:
            return f"{name} died ({outcome}): started again"
        return (
            f"{name} keeps dying ({outcome}, {self._backoff.deaths} times): next try in "
            f"{pause_s:g} s; {self._last_words()}"
        )

    def _last_words(self) -> str:
        try:
            lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            lines = []
        last = next((line.strip() for line in reversed(lines) if line.strip()), "no output")
        return f"{last[:300]} (log: {self._log})"
