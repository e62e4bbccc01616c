"""Owns every child: starts them, keeps them running, stops them in the right order."""

import asyncio
from collections.abc import Coroutine

from convonet.embedded.home import Home
from convonet.embedded.keeper import Announce, Keeper
from convonet.embedded.program import Program
from convonet.embedded.survivors import Survivors
from convonet.errors import ConvonetError


class Supervisor:
    """The children of one home."""

    def __init__(self, home: Home, announce: Announce) -> None:
        self.survivors = Survivors(home)
        """What an earlier supervisor left running."""
        self._takes_over = bool(self.survivors.names)
        self._home = home
        self._announce = announce
        self._keepers: list[Keeper] = []
        self._hurry = asyncio.Event()

    async def start(self, *programs: Program) -> None:
        """Start `programs` side by side; return when all of them answer.

        Those that an earlier supervisor left running, up to date and healthy, are adopted.

        Raises:
            CannotStart: one of them cannot be started; the others may run until `stop`.
        """
        await together(*(self._start(program) for program in programs))

    async def stop(self) -> None:
        """Stop everything: the application drains first, then the servers under it go."""
        keepers, self._keepers = self._keepers, []
        for first in (True, False):
            wave = [keeper for keeper in keepers if keeper.program.stops_first is first]
            await asyncio.gather(*(self._stop(keeper) for keeper in wave))
        await self.survivors.end_rest()

    def hurry(self) -> None:
        """Give up waiting for anything to end by itself."""
        self._hurry.set()

    async def _start(self, program: Program) -> None:
        adopted = await self.survivors.claim(program)
        keeper = Keeper(program, self._home, self._announce)
        self._keepers.append(keeper)
        await keeper.start(adopted, insist=self._takes_over)

    async def _stop(self, keeper: Keeper) -> None:
        stop = asyncio.create_task(keeper.stop())
        hurry = asyncio.create_task(self._hurry.wait())
        await asyncio.wait([stop, hurry], return_when=asyncio.FIRST_COMPLETED)
        hurry.cancel()
        if not stop.done():
            stop.cancel()
            await asyncio.wait([stop])
            await keeper.stop(within_s=0)
        elif error := stop.exception():
            raise ConvonetError(f"{keeper.program.name} could not be stopped") from error


async def together(*works: Coroutine[object, object, None]) -> None:
    """Do several things at once; the first failure ends the others and is raised as it is."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        for task in asyncio.as_completed(tasks):
            await task
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
