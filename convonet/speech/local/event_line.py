"""What a call's ear has heard, in order, though some of it is still being worked out."""

import asyncio
from collections.abc import AsyncIterator

from convonet.errors import ProviderBusy
from convonet.speech.ports import HeardEvent

Promise = asyncio.Future[HeardEvent | None]


class EventLine:
    """A line of events; a promised one holds up those behind it until it is kept."""

    def __init__(self) -> None:
        self._line: asyncio.Queue[Promise] = asyncio.Queue()
        self._open: set[Promise] = set()
        self._closed = False

    def put(self, event: HeardEvent) -> None:
        """Add an event that is known."""
        self.promise().set_result(event)

    def promise(self) -> Promise:
        """Add an event to come: set its result, or an error that ends the line."""
        promise: Promise = asyncio.get_running_loop().create_future()
        if not self._closed:
            self._open.add(promise)
            promise.add_done_callback(self._open.discard)
            self._line.put_nowait(promise)
        return promise

    def fail(self, error: BaseException) -> None:
        """End the line with `error` once everything before it has been told."""
        last = self.promise()
        last.set_exception(ProviderBusy(f"the local ear stopped: {error}"))
        # Nobody may be listening any more.
        last.exception()

    def close(self) -> None:
        """End the line now; promises that are not kept yet never will be."""
        self.promise()
        self._closed = True
        for promise in [*self._open]:
            if not promise.done():
                promise.set_result(None)

    async def events(self) -> AsyncIterator[HeardEvent]:
        """Yield the events in order until the line ends; for one reader.

        Raises:
            ProviderBusy: the line failed.
        """
        while True:
            promise = await self._line.get()
            # Whoever stops reading must not cancel what was promised.
            event = await asyncio.shield(promise)
            if event is None:
                return
            yield event
