import json

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.records import RecordActivities
from convonet.contracts.assistant import Step, Turn
from convonet.contracts.conversation import CloseCall, OpenConversation, SaveTurn
from convonet.db.conversations import show_call
from convonet.db.engine import Sessions, sessionmaker, transaction
from convonet.db.records import ConversationRecords
from convonet.errors import Unavailable
from convonet.redis import keys
from convonet.redis.calls import AFTERLIFE_S
from convonet.redis.client import Redis
from tests.activities.attempts import attempt
from tests.db.people import add_user, caller
from tests.redis.edge import EdgeStreams
from tests.workflows.call import opening

HEARD = Turn(turn_id="t1", said="Hello", steps=(Step(text="Yes."),), heard="Yes.")


@pytest.fixture
def sessions(engine: AsyncEngine) -> Sessions:
    return sessionmaker(engine)


@pytest.fixture
def records(sessions: Sessions, streams: EdgeStreams) -> RecordActivities:
    return RecordActivities(ConversationRecords(sessions), streams)


async def test_the_caller_is_told_once_that_the_call_is_over(
    records: RecordActivities, streams: EdgeStreams, call_id: str
) -> None:
    await attempt(1, records.tell_end, CloseCall(call_id=call_id, reason="goodbye"))
    await attempt(2, records.tell_end, CloseCall(call_id=call_id, reason="goodbye"))
    await attempt(1, records.tell_end, CloseCall(call_id=call_id, reason="hangup"))
    (entry,) = await streams.follow(call_id, 0, 1)
    assert json.loads(entry.event) == {"type": "call_ended", "reason": "goodbye"}
    assert await streams.ended(call_id) == "goodbye"


async def test_a_conversation_is_written_down_however_often_it_is_tried(
    records: RecordActivities, sessions: Sessions, redis: Redis, call_id: str
) -> None:
    first = opening(call_id).model_copy(
        update={"caller": await caller(sessions, await add_user(sessions))}
    )
    begun = OpenConversation(conversation=first, workflow_id="w")
    saved = SaveTurn(call_id=call_id, ordinal=0, turn=HEARD, timings_ms={"total": 900})
    ended = CloseCall(call_id=call_id, reason="hangup")
    for number in (1, 2):
        await attempt(number, records.open_conversation, begun)
        await attempt(number, records.save_turn, saved)
        await attempt(number, records.tell_end, ended)
        await attempt(number, records.close_conversation, ended)
    async with transaction(sessions) as session:
        call = await show_call(session, call_id)
    assert call.summary.end_reason == "hangup"
    assert [(turn.said, turn.heard, turn.timings_ms) for turn in call.turns] == [
        ("Hello", "Yes.", {"total": 900})
    ]
    assert 0 < await redis.ttl(keys.outbound(call_id)) <= AFTERLIFE_S


async def test_a_turn_waits_for_its_conversation_to_be_written_down(
    records: RecordActivities, call_id: str
) -> None:
    with pytest.raises(Unavailable) as caught:
        await attempt(1, records.save_turn, SaveTurn(call_id=call_id, ordinal=0, turn=HEARD))
    assert caught.value.retryable
