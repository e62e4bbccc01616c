from datetime import UTC, datetime

import pytest

from convonet.contracts.assistant import Step, ToolCall, ToolResult, ToolState, Turn
from convonet.contracts.conversation import (
    Channel,
    CloseCall,
    ConversationInput,
    OpenConversation,
    Providers,
    SaveTurn,
)
from convonet.db.conversations import (
    close_conversation,
    list_calls,
    open_conversation,
    save_turn,
    show_call,
)
from convonet.db.engine import Sessions, transaction
from convonet.errors import NotFound, Unavailable
from convonet.ids import conversation_workflow, new_call_id
from tests.db.people import add_user, caller

STEP = Step(
    text="One moment.",
    calls=(ToolCall(id="t1", name="create_todo", arguments={"title": "x"}),),
    results=(ToolResult(call_id="t1", state=ToolState.SUCCEEDED, text="Done."),),
)
TURN = Turn(turn_id="u1", said="add x", typed=True, steps=(STEP,), at="2026-11-22T10:00:03+00:00")


async def opening(sessions: Sessions, started_at: str = "2026-11-22T10:00:00Z") -> OpenConversation:
    call_id = new_call_id()
    return OpenConversation(
        workflow_id=conversation_workflow(call_id),
        conversation=ConversationInput(
            call_id=call_id,
            caller=await caller(sessions, await add_user(sessions, "Ada")),
            channel=Channel.BROWSER,
            started_at=started_at,
            providers=Providers(stt="whisper", llm="offline", tts="joe"),
        ),
    )


async def test_writing_everything_twice_leaves_one_conversation(sessions: Sessions) -> None:
    request = await opening(sessions)
    call_id = request.conversation.call_id
    final = TURN.model_copy(
        update={
            "steps": (STEP, Step(text="I've added x.")),
            "heard": "One moment. I've",
            "interrupted": True,
        }
    )
    async with transaction(sessions) as session:
        for _ in range(2):
            await open_conversation(session, request)
            await save_turn(
                session,
                SaveTurn(call_id=call_id, ordinal=0, turn=TURN, timings_ms={"stt": 80}),
            )
            await save_turn(
                session,
                SaveTurn(call_id=call_id, ordinal=0, turn=final, timings_ms={"total": 900}),
            )
            await close_conversation(session, CloseCall(call_id=call_id, reason="goodbye"))
        await close_conversation(session, CloseCall(call_id=call_id, reason="error"))
    async with transaction(sessions) as session:
        call = await show_call(session, call_id)
    assert call.summary.caller_name == "Ada"
    assert call.summary.providers.stt == "whisper"
    assert call.summary.turns == 1
    assert call.summary.end_reason == "goodbye"
    assert call.summary.ended_at is not None
    (turn,) = call.turns
    assert (turn.said, turn.typed, turn.interrupted) == ("add x", True, True)
    assert turn.generated == "One moment. I've added x."
    assert turn.heard == "One moment. I've"
    assert turn.steps == final.steps
    assert turn.timings_ms == {"stt": 80, "total": 900}
    assert turn.at == datetime(2026, 11, 22, 10, 0, 3, tzinfo=UTC)


async def test_turns_come_in_the_order_of_the_call(sessions: Sessions) -> None:
    request = await opening(sessions)
    call_id = request.conversation.call_id
    async with transaction(sessions) as session:
        await open_conversation(session, request)
        for ordinal in (2, 0, 1):
            turn = Turn(turn_id=f"u{ordinal}", said=str(ordinal))
            await save_turn(session, SaveTurn(call_id=call_id, ordinal=ordinal, turn=turn))
        call = await show_call(session, call_id)
    assert [turn.said for turn in call.turns] == ["0", "1", "2"]


async def test_a_turn_before_its_conversation_is_worth_another_attempt(sessions: Sessions) -> None:
    call_id = new_call_id()
    with pytest.raises(Unavailable):
        async with transaction(sessions) as session:
            await save_turn(session, SaveTurn(call_id=call_id, ordinal=0, turn=TURN))
    with pytest.raises(Unavailable):
        async with transaction(sessions) as session:
            await close_conversation(session, CloseCall(call_id=call_id, reason="idle"))


async def test_calls_are_listed_newest_first_page_by_page(sessions: Sessions) -> None:
    first = await opening(sessions, "2026-11-22T10:00:00Z")
    later = [
        first.model_copy(
            update={
                "workflow_id": f"{first.workflow_id}-{minute}",
                "conversation": first.conversation.model_copy(
                    update={
                        "call_id": f"{first.conversation.call_id}-{minute}",
                        "started_at": f"2026-11-22T10:0{minute}:00Z",
                    }
                ),
            }
        )
        for minute in (1, 2)
    ]
    async with transaction(sessions) as session:
        for request in (first, *later):
            await open_conversation(session, request)
        mine = first.conversation.caller.user_id
        page = await list_calls(session, mine, limit=2, before=None)
        assert [call.started_at.minute for call in page] == [2, 1]
        rest = await list_calls(session, mine, limit=2, before=page[-1].started_at)
        assert [call.started_at.minute for call in rest] == [0]
        everybodys = await list_calls(session, None, limit=1000, before=None)
        assert {call.call_id for call in page} <= {call.call_id for call in everybodys}


async def test_a_call_nobody_made_is_not_found(sessions: Sessions) -> None:
    with pytest.raises(NotFound):
        async with transaction(sessions) as session:
            await show_call(session, new_call_id())
