"""The spare of a program: started at leisure, everything loaded, there when it is needed."""

import asyncio
import logging
from pathlib import Path
from signal import SIGTERM
from typing import Final

from convonet.embedded.process import Process
from convonet.embedded.program import Program

logger = logging.getLogger(__name__)

_CALM_S: Final = 4.0
"""A start, or a death, has all of the machine for this long before the next spare is loaded."""

_STOP_WITHIN_S: Final = 2.0


class Standby:
    """Keeps one spare of a program."""

    def __init__(self, program: Program, home: Path, log: Path) -> None:
        self._program = program
        self._home = home
        self._log = log
        self._spare: Process | None = None
        self._preparing: asyncio.Task[None] | None = None

    def prepare(self) -> None:
        """Have a spare some seconds from now."""
        if self._preparing:
            self._preparing.cancel()
        name = f"stand by for {self._program.name}"
        self._preparing = asyncio.create_task(self._prepare(), name=name)

    def take(self) -> Process | None:
        """Tell the spare to go and return it; None when there is none."""
        spare, self._spare = self._spare, None
        return spare if spare is not None and spare.go() else None

    async def stop(self) -> None:
        """End the spare."""
        if self._preparing:
            self._preparing.cancel()
            await asyncio.wait([self._preparing])
        if self._spare:
            await self._spare.stop(SIGTERM, _STOP_WITHIN_S)

    async def _prepare(self) -> None:
        await asyncio.sleep(_CALM_S)
        if self._spare is not None and not self._spare.exited.is_set():
            return
        try:
            self._spare = Process.spawn(self._program, self._home, self._log, standing_by=True)
        except OSError:
            logger.exception("no spare of %s could be started", self._program.name)
