"""The spare of a program: started at leisure, everything loaded, there when it is needed."""

import asyncio
import logging
from pathlib import Path
from signal import SIGTERM
from typing import Final

from convonet.embedded import priority
from convonet.embedded.process import Process
from convonet.embedded.program import Program

logger = logging.getLogger(__name__)

_CALM_S: Final = 4.0
"""A start, or a death, has all of the machine for this long before the next spare is loaded."""

_AGAIN_S: Final = 30.0
"""A spare that ended by itself is replaced after this long."""

_STOP_WITHIN_S: Final = 2.0


class Standby:
    """Keeps one spare of a program."""

    def __init__(self, program: Program, home: Path, log: Path) -> None:
        self._program = program
        self._home = home
        self._log = log
        self._spare: Process | None = None
        self._preparing: asyncio.Task[None] | None = None
        self._hurrying: asyncio.Task[None] | None = None

    def prepare(self) -> None:
        """Have a spare some seconds from now, and for as long as nobody takes it."""
        if self._preparing:
            self._preparing.cancel()
        name = f"stand by for {self._program.name}"
        self._preparing = asyncio.create_task(self._prepare(), name=name)

    def take(self) -> Process | None:
        """Tell the spare to go and return it; None when there is none."""
        spare, self._spare = self._spare, None
        if spare is None or not spare.go():
            return None
        name = f"hurry {self._program.name}"
        self._hurrying = asyncio.create_task(priority.restore(spare.pid), name=name)
        return spare

    async def stop(self) -> None:
        """End the spare."""
        tasks = [task for task in (self._preparing, self._hurrying) if task]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        if self._spare:
            await self._spare.stop(SIGTERM, _STOP_WITHIN_S)

    async def _prepare(self) -> None:
        pause_s = _CALM_S
        while True:
            await asyncio.sleep(pause_s)
            if self._spare is None or self._spare.exited.is_set():
                self._spare = self._spawn()
            if self._spare is not None:
                await self._spare.exited.wait()
            pause_s = _AGAIN_S

    def _spawn(self) -> Process | None:
        try:
            spare = Process.spawn(self._program, self._home, self._log, standing_by=True)
        except OSError:
            logger.exception("no spare of %s could be started", self._program.name)
            return None
        # What it takes to load one must not be missing in running calls.
        priority.give_way(spare.pid)
        return spare
