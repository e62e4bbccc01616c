import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import delete, select, update

from convonet.contracts.assistant import ToolState
from convonet.db.engine import Sessions, transaction
from convonet.db.models import Membership, Todo, ToolEffect
from convonet.tools.host import ToolHost
from tests.db.people import add_team, add_user, caller
from tests.tools.calls import Client, data, tool_call

NOTHING = "There is nothing to take back."


@pytest.fixture
async def ada(host: ToolHost, sessions: Sessions) -> Client:
    return Client(host, await caller(sessions, await add_user(sessions)))


async def test_each_kind_of_change_is_taken_back_newest_first(ada: Client) -> None:
    await ada.says("create_todo", title="Buy milk", due_date="2026-11-20")
    await ada.says("update_todo", title="buy milk", new_title="Buy oat milk", due_date="none")
    await ada.says("complete_todo", title="buy oat milk")
    await ada.says("delete_todo", title="buy oat milk")
    back = "I've taken that back: the todo"
    assert await ada.says("undo_last_change") == f"{back} 'Buy oat milk' is there again."
    assert await ada.says("get_todos", status="completed")
    assert await ada.says("undo_last_change") == f"{back} 'Buy oat milk' is as it was before."
    assert await ada.says("undo_last_change") == f"{back} 'Buy milk' is as it was before."
    assert await ada.says("get_todos") == "You have 1 open todo: Buy milk, due on Friday."
    assert await ada.says("undo_last_change") == f"{back} 'Buy milk' is gone again."
    assert await ada.says("get_todos") == "You have no open todos."
    assert await ada.refuses("undo_last_change") == NOTHING


async def test_reminders_are_taken_back_too(ada: Client) -> None:
    await ada.says("create_reminder", reminder_text="Stretch", reminder_date="2026-11-19T08:00")
    await ada.says("delete_reminder", reminder_text="stretch")
    await ada.says("undo_last_change")
    assert await ada.says("get_reminders") == (
        "You have 1 upcoming reminder: Stretch, tomorrow at 8 AM."
    )
    await ada.says("undo_last_change")
    assert await ada.says("get_reminders") == "You have no upcoming reminders."


async def test_an_undo_that_is_repeated_takes_back_one_change(ada: Client) -> None:
    await ada.says("create_todo", title="First")
    await ada.says("create_todo", title="Second")
    request = tool_call(ada.caller, "undo_last_change", call_id=ada.call_id)
    results = await asyncio.gather(*(ada.host.call(request) for _ in range(4)))
    assert len({result.text for result in results}) == 1
    assert await ada.says("get_todos") == "You have 1 open todo: First."


async def test_two_undos_at_once_take_back_two_changes(ada: Client) -> None:
    await ada.says("create_todo", title="First")
    await ada.says("create_todo", title="Second")
    results = await asyncio.gather(*(ada.call("undo_last_change") for _ in range(2)))
    assert {result.state for result in results} == {ToolState.SUCCEEDED}
    assert await ada.says("get_todos") == "You have no open todos."


async def test_what_was_changed_by_hand_since_is_left_alone(
    ada: Client, sessions: Sessions
) -> None:
    result = await ada.call("create_todo", title="Buy milk")
    await ada.says("update_todo", title="buy milk", priority="high")
    todo = data(result)["todo"]
    assert isinstance(todo, dict)
    async with transaction(sessions) as session:
        row = await session.get_one(Todo, UUID(str(todo["id"])))
        row.priority = "urgent"
    assert await ada.refuses("undo_last_change") == (
        "That todo has been changed again since, so I left it as it is."
    )
    assert "urgent" in await ada.says("get_todos")


async def test_nobody_takes_back_what_others_did(ada: Client, sessions: Sessions) -> None:
    await ada.says("create_todo", title="Mine")
    eve = Client(ada.host, await caller(sessions, await add_user(sessions, "Eve")))
    assert await eve.refuses("undo_last_change") == NOTHING


async def test_who_has_left_the_team_takes_nothing_back_there(
    ada: Client, sessions: Sessions
) -> None:
    mine = ada.caller.user_id
    team_id = await add_team(sessions, "Design", {mine: "member"})
    await ada.says("create_todo", title="Sketch", team="design")
    async with transaction(sessions) as session:
        await session.execute(update(Membership).filter_by(user_id=mine).values(role="viewer"))
    assert (await ada.call("undo_last_change")).state is ToolState.FAILED
    async with transaction(sessions) as session:
        await session.execute(delete(Membership).filter_by(user_id=mine))
    assert (await ada.call("undo_last_change")).state is ToolState.FAILED
    async with transaction(sessions) as session:
        assert await session.scalar(select(Todo.title).filter_by(team_id=team_id)) == "Sketch"


async def test_only_this_call_and_the_last_minutes_are_taken_back(
    ada: Client, sessions: Sessions
) -> None:
    await ada.says("create_todo", title="Long ago")
    async with transaction(sessions) as session:
        await session.execute(
            update(ToolEffect)
            .where(ToolEffect.user_id == ada.caller.user_id)
            .values(created_at=ToolEffect.created_at - timedelta(hours=1))
        )
    later = Client(ada.host, ada.caller)
    assert await later.refuses("undo_last_change") == NOTHING
    assert await ada.says("undo_last_change")
