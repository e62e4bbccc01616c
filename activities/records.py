"""Writing down what happened, for when the call is over."""

from typing import Protocol

from temporalio import activity

from convonet.contracts.conversation import CloseCall, OpenConversation, SaveTurn
from convonet.redis.calls import CallStreams


class Records(Protocol):
    """Where it is written down; everything here is safe to repeat."""

    async def open_conversation(self, request: OpenConversation) -> None:
        """Write down that a conversation has begun."""
        ...

    async def save_turn(self, request: SaveTurn) -> None:
        """Write down a turn as it is known now."""
        ...

    async def close_conversation(self, request: CloseCall) -> None:
        """Write down how a conversation ended."""
        ...


class RecordActivities:
    """Needs the records, and the streams that tell the caller."""

    def __init__(self, records: Records, streams: CallStreams) -> None:
        self._records = records
        self._streams = streams

    @activity.defn
    async def open_conversation(self, request: OpenConversation) -> None:
        """Write down that a conversation has begun."""
        await self._records.open_conversation(request)

    @activity.defn
    async def save_turn(self, request: SaveTurn) -> None:
        """Write down a turn as it is known now, after those that waited for it."""
        for one in (*request.earlier, request):
            await self._records.save_turn(one)

    @activity.defn
    async def tell_end(self, request: CloseCall) -> None:
        """Tell the caller's page, once, that the call is over."""
        await self._streams.close(request.call_id, request.reason)

    @activity.defn
    async def close_conversation(self, request: CloseCall) -> None:
        """Write down how a conversation ended; let go what is in flight."""
        await self._records.close_conversation(request)
        await self._streams.expire(request.call_id)
