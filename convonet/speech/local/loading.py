"""Models that load in the background while the process goes on."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Generic, TypeVar

from convonet.errors import ProviderBusy

_LIMIT_S = 120.0

T = TypeVar("T")


class Loading(Generic[T]):
    """Something that a thread makes; everybody who needs it waits for the same one."""

    def __init__(self, load: Callable[[], T], threads: Executor) -> None:
        """Have `load` called by one of `threads`, now or when one is free."""
        self._future = threads.submit(load)

    async def ready(self) -> T:
        """Return it as soon as it is there; raises what `load` raised.

        Raises:
            ProviderBusy: it takes longer than two minutes.
        """
        waiting = asyncio.wrap_future(self._future)
        # `wait` leaves the work alone when the one who waits is cancelled.
        done, _ = await asyncio.wait({waiting}, timeout=_LIMIT_S)
        if not done:
            raise ProviderBusy("the speech models are still loading")
        return waiting.result()
