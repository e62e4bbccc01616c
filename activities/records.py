"""Writing down what happened, for when the call is over."""

from temporalio import activity

from convonet.contracts.conversation import CloseCall, OpenConversation, SaveTurn
from convonet.db import conversations
from convonet.db.engine import Sessions, transaction
from convonet.redis.calls import CallStreams


class RecordActivities:
    """Needs the database, and the streams that tell the caller."""

    def __init__(self, sessions: Sessions, streams: CallStreams) -> None:
        self._sessions = sessions
        self._streams = streams

    @activity.defn
    async def open_conversation(self, request: OpenConversation) -> None:
        """Write down that a conversation has begun."""
        async with transaction(self._sessions) as session:
            await conversations.open_conversation(session, request)

    @activity.defn
    async def save_turn(self, request: SaveTurn) -> None:
        """Write down a turn as it is known now."""
        async with transaction(self._sessions) as session:
            await conversations.save_turn(session, request)

    @activity.defn
    async def tell_end(self, request: CloseCall) -> None:
        """Tell the caller's page, once, that the call is over."""
        await self._streams.close(request.call_id, request.reason)

    @activity.defn
    async def close_conversation(self, request: CloseCall) -> None:
        """Write down how a conversation ended; let go what is in flight."""
        async with transaction(self._sessions) as session:
            await conversations.close_conversation(session, request)
        await self._streams.expire(request.call_id)
