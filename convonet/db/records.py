"""The record of conversations: each thing written down in a transaction of its own."""

from convonet.contracts.conversation import CloseCall, OpenConversation, SaveTurn
from convonet.db import conversations
from convonet.db.engine import Sessions, transaction


class ConversationRecords:
    """Writes down what happens; see `convonet.db.conversations` for what is safe to repeat."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def open_conversation(self, request: OpenConversation) -> None:
        """Write down that a conversation has begun."""
        async with transaction(self._sessions) as session:
            await conversations.open_conversation(session, request)

    async def save_turn(self, request: SaveTurn) -> None:
        """Write down a turn as it is known now."""
        async with transaction(self._sessions) as session:
            await conversations.save_turn(session, request)

    async def close_conversation(self, request: CloseCall) -> None:
        """Write down how a conversation ended."""
        async with transaction(self._sessions) as session:
            await conversations.close_conversation(session, request)
