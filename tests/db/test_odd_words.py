"""Whatever a caller, a model or a tool says can be written down."""

from convonet.contracts.assistant import Step, ToolCall, ToolResult, ToolState, Turn
from convonet.contracts.conversation import SaveTurn
from convonet.db.conversations import open_conversation, save_turn, show_call
from convonet.db.engine import Sessions, transaction
from tests.db.test_conversations import opening


async def test_a_character_that_cannot_be_stored_does_not_keep_its_turn_from_being_saved(
    sessions: Sessions,
) -> None:
    request = await opening(sessions)
    call_id = request.conversation.call_id
    call = ToolCall(id="t1", name="look\0", arguments={"a\0": ["b\0", {"c": "\\u0000"}]})
    result = ToolResult(call_id="t1", state=ToolState.SUCCEEDED, text="found\0 it")
    turn = Turn(
        turn_id="u1",
        said="add\0 x",
        heard="\0yes",
        steps=(Step(text="yes\0", calls=(call,), results=(result,)),),
    )
    async with transaction(sessions) as session:
        await open_conversation(session, request)
        await save_turn(session, SaveTurn(call_id=call_id, ordinal=0, turn=turn))
        saved = (await show_call(session, call_id)).turns[0]
    assert (saved.said, saved.heard, saved.generated) == ("add x", "yes", "yes")
    assert saved.steps[0].calls[0].arguments == {"a": ["b", {"c": "\\u0000"}]}
    assert saved.steps[0].results[0].text == "found it"
