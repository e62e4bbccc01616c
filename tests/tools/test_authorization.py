"""What somebody may no longer do, undo does not do for them either."""

from sqlalchemy import update

from convonet.db.engine import Sessions, transaction
from convonet.db.models import Todo
from convonet.tools.host import ToolHost
from tests.db.people import add_team, add_user, caller
from tests.tools.calls import Client


async def test_who_no_longer_sees_a_todo_cannot_undo_what_they_did_to_it(
    host: ToolHost, sessions: Sessions
) -> None:
    ada_id, ben_id = await add_user(sessions, "Ada"), await add_user(sessions, "Benedict")
    await add_team(sessions, "Pair", {ada_id: "owner", ben_id: "member"})
    ada = Client(host, await caller(sessions, ada_id))
    ben = Client(host, await caller(sessions, ben_id))
    await ada.says("create_todo", title="Sell the house", assignee="Benedict")
    await ben.says("update_todo", title="Sell the house", new_title="Keep the house")
    await ada.says("update_todo", title="Keep the house", assignee="me")
    refusal = await ben.refuses("undo_last_change")
    assert "no such todo" in refusal
    assert "house" not in refusal


async def test_who_no_longer_sees_a_private_todo_cannot_undo_what_they_did_to_it(
    host: ToolHost, sessions: Sessions
) -> None:
    ada_id, ben_id = await add_user(sessions, "Ada"), await add_user(sessions, "Benedict")
    await add_team(sessions, "Pair", {ada_id: "owner", ben_id: "member"})
    ada = Client(host, await caller(sessions, ada_id))
    ben = Client(host, await caller(sessions, ben_id))
    await ada.says("create_todo", title="Sell the house", team="Pair")
    await ben.says("complete_todo", title="Sell the house")
    async with transaction(sessions) as session:
        await session.execute(update(Todo).where(Todo.creator_id == ada_id).values(is_private=True))
    assert "no such todo" in await ben.refuses("undo_last_change")
