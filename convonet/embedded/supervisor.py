"""Owns every child: starts them in order, keeps them running, stops them in reverse order."""

import asyncio
from collections.abc import Iterable

from convonet.embedded.home import Home
from convonet.embedded.keeper import Announce, Keeper
from convonet.embedded.program import Program
from convonet.embedded.survivors import Survivors
from convonet.errors import ConvonetError


class Supervisor:
    """Programs started together stop together; groups started later stop earlier."""

    def __init__(self, home: Home, survivors: Survivors, announce: Announce) -> None:
        self._home = home
        self._survivors = survivors
        self._announce = announce
        self._groups: list[list[Keeper]] = []
        self._hurry = asyncio.Event()

    async def start(self, programs: Iterable[Program]) -> None:
        """Start `programs` side by side; return when all of them answer.

        Those that an earlier supervisor left running, up to date and healthy, are adopted.

        Raises:
            CannotStart: one of them cannot be started; the others may run until `stop`.
        """
        group = [Keeper(program, self._home, self._announce) for program in programs]
        self._groups.append(group)
        outcomes = await asyncio.gather(
            *(self._start(keeper) for keeper in group), return_exceptions=True
        )
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    async def stop(self) -> None:
        """Stop everything, the newest group first. Safe to call at any time."""
        while self._groups:
            await asyncio.gather(*(self._stop(keeper) for keeper in self._groups.pop()))

    def hurry(self) -> None:
        """Give up waiting for anything to end by itself."""
        self._hurry.set()

    async def _start(self, keeper: Keeper) -> None:
        await keeper.start(await self._survivors.claim(keeper.program))

    async def _stop(self, keeper: Keeper) -> None:
        stop = asyncio.ensure_future(keeper.stop())
        hurry = asyncio.ensure_future(self._hurry.wait())
        await asyncio.wait([stop, hurry], return_when=asyncio.FIRST_COMPLETED)
        hurry.cancel()
        if not stop.done():
            stop.cancel()
            await asyncio.wait([stop])
            await keeper.stop(within_s=0)
        elif error := stop.exception():
            raise ConvonetError(f"{keeper.program.name} could not be stopped") from error
