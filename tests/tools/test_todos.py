from uuid import uuid4

import pytest

from convonet.contracts.assistant import ToolState
from convonet.db.engine import Sessions
from convonet.tools.host import ToolHost
from tests.db.people import add_team, add_user, caller
from tests.tools.calls import Client, data, spoken


async def test_a_todo_is_added_and_read_back(ada: Client) -> None:
    result = await ada.call("create_todo", title="Review the quarterly report", priority="high")
    assert spoken(result) == "I've added a high priority todo: Review the quarterly report."
    assert result.summary == "Added: Review the quarterly report"
    todo = data(result)["todo"]
    assert isinstance(todo, dict)
    assert todo["priority"] == "high"
    assert await ada.says("get_todos") == (
        "You have 1 open todo: Review the quarterly report, high priority."
    )


@pytest.mark.parametrize(
    ("due_date", "words"),
    [
        ("2026-11-19", "due tomorrow"),
        ("2026-11-19T14:00", "due tomorrow at 2 PM"),
        ("2026-11-18T23:30:00Z", "due tomorrow at 12:30 AM"),
        ("2026-11-20T12:00", "due on Friday at noon"),
        ("2026-12-24T18:15", "due on December 24 at 6:15 PM"),
        ("2027-03-01", "due on March 1, 2027"),
        ("2026-11-17", "due yesterday"),
    ],
)
async def test_dates_are_the_callers_and_spoken(ada: Client, due_date: str, words: str) -> None:
    text = await ada.says("create_todo", title="Call", due_date=due_date)
    assert text == f"I've added a todo: Call, {words}."


async def test_dates_come_back_in_the_callers_time_zone(ada: Client) -> None:
    result = await ada.call("create_todo", title="Call", due_date="2026-11-19T13:00:00Z")
    todo = data(result)["todo"]
    assert isinstance(todo, dict)
    assert todo["due_date"] == "2026-11-19T14:00:00+01:00"


async def test_many_todos_are_spoken_briefly_the_most_important_first(ada: Client) -> None:
    for number in range(6):
        await ada.says("create_todo", title=f"Job {number}")
    await ada.says("create_todo", title="Later", due_date="2026-11-25", priority="urgent")
    await ada.says("create_todo", title="Sooner", due_date="2026-11-20", priority="urgent")
    assert await ada.says("get_todos") == (
        "You have 8 open todos: Sooner, urgent priority, due on Friday; Later, urgent priority,"
        " due on Wednesday, November 25; Job 0; Job 1; Job 2; and 3 more."
    )
    assert await ada.says("get_todos", priority="urgent", due_before="2026-11-21") == (
        "You have 1 open urgent priority todo: Sooner, urgent priority, due on Friday."
    )


@pytest.mark.parametrize(
    "words", ["grocery shopping", "the Grocery Shopping todo", "grocerie shoping", "GROCERY"]
)
async def test_a_todo_is_found_by_how_it_was_said(ada: Client, words: str) -> None:
    await ada.says("create_todo", title="Grocery shopping")
    await ada.says("create_todo", title="Water the plants")
    assert await ada.says("complete_todo", title=words) == (
        "I've marked it as completed: Grocery shopping."
    )
    assert await ada.says("get_todos") == "You have 1 open todo: Water the plants."
    assert await ada.says("get_todos", status="completed") == (
        "You have 1 completed todo: Grocery shopping."
    )


async def test_completing_twice_says_so(ada: Client) -> None:
    await ada.says("create_todo", title="Buy milk")
    await ada.says("complete_todo", title="buy milk")
    assert await ada.says("complete_todo", title="buy milk") == (
        "That one was already completed: Buy milk."
    )


async def test_an_unclear_title_is_asked_back(ada: Client) -> None:
    await ada.says("create_todo", title="Call the plumber")
    await ada.says("create_todo", title="Call the bank")
    text = await ada.refuses("delete_todo", title="call")
    assert text.startswith("There are 2 todos like that: ")
    assert text.endswith("Which one?")
    assert await ada.says("delete_todo", title="call the bank") == (
        "I've deleted the todo: Call the bank."
    )


async def test_a_near_miss_is_suggested(ada: Client) -> None:
    await ada.says("create_todo", title="Renew my passport")
    assert await ada.refuses("complete_todo", title="report my pass") == (
        "I couldn't find a todo called 'report my pass'. Did you mean \"Renew my passport\"?"
    )
    assert await ada.refuses("complete_todo", title="xyzzy") == (
        "I couldn't find a todo called 'xyzzy'."
    )


async def test_a_todo_is_changed_and_only_where_asked(ada: Client) -> None:
    await ada.says("create_todo", title="Buy milk", due_date="2026-11-20", description="two")
    assert (
        await ada.says("update_todo", title="buy milk", new_title="Buy oat milk", priority="urgent")
        == "I've changed the todo: Buy oat milk; now urgent priority."
    )
    assert await ada.says("update_todo", title="buy oat milk", due_date="none") == (
        "I've changed the todo: Buy oat milk; no longer due on a date."
    )
    assert await ada.says("update_todo", title="buy oat milk", priority="urgent") == (
        "It was already like that: Buy oat milk."
    )
    result = await ada.call("get_todos")
    todos = data(result)["todos"]
    assert isinstance(todos, list)
    assert isinstance(todos[0], dict)
    assert todos[0]["description"] == "two"


async def test_a_completed_todo_can_be_opened_again(ada: Client) -> None:
    await ada.says("create_todo", title="Buy milk")
    await ada.says("complete_todo", title="buy milk")
    assert await ada.says("update_todo", title="buy milk", completed=False) == (
        "I've changed the todo: Buy milk; open again."
    )


async def test_a_team_sees_what_is_not_private_and_viewers_change_nothing(
    host: ToolHost, sessions: Sessions
) -> None:
    ids = [await add_user(sessions, name) for name in ("Olga", "John", "Vera")]
    owner_id, john_id, viewer_id = ids
    await add_team(
        sessions, "Development", {owner_id: "owner", john_id: "member", viewer_id: "viewer"}
    )
    owner, john, viewer = [Client(host, await caller(sessions, id_)) for id_ in ids]
    assert await owner.says("create_todo", title="Code review", team="dev", assignee="john") == (
        "I've added a todo for Development: Code review."
    )
    await owner.says("create_todo", title="Salaries", team="development team", is_private=True)
    for member in (john, viewer):
        assert await member.says("get_todos") == "You have 1 open todo: Code review."
        assert await member.says("get_todos", team="Development") == (
            "You have 1 open todo in Development: Code review."
        )
    denied = "You can see that team's todos but not change them."
    assert await viewer.refuses("complete_todo", title="code review") == denied
    assert await viewer.refuses("delete_todo", title="code review") == denied
    assert await viewer.refuses("create_todo", title="Mine", team="development") == denied
    assert await john.says("complete_todo", title="code review")


async def test_another_tenants_todo_is_not_there(ada: Client, sessions: Sessions) -> None:
    result = await ada.call("create_todo", title="Secret plan")
    todo = data(result)["todo"]
    assert isinstance(todo, dict)
    eve = Client(ada.host, await caller(sessions, await add_user(sessions, "Eve")))
    for name in ("complete_todo", "update_todo", "delete_todo"):
        assert await eve.refuses(name, title=todo["id"]) == "There is no such todo."
        assert await eve.refuses(name, title=str(uuid4())) == "There is no such todo."
        assert "secret plan" not in (await eve.refuses(name, title="secret")).casefold()
    assert await eve.says("get_todos") == "You have no open todos."
    assert (await eve.call("get_todos", team=str(uuid4()))).state is ToolState.FAILED


async def test_an_id_is_taken_too(ada: Client) -> None:
    result = await ada.call("create_todo", title="Buy milk")
    todo = data(result)["todo"]
    assert isinstance(todo, dict)
    assert await ada.says("complete_todo", title=todo["id"])


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        ({}, "title: Field required"),
        ({"title": "x", "priority": "extreme"}, "'low', 'medium', 'high' or 'urgent'"),
        ({"title": "x", "due_date": "tomorrow"}, "write ISO 8601"),
        ({"title": "x", "due_date": "0001-01-01"}, "out of range"),
        ({"title": "   "}, "title: String should have at least 1 character"),
        ({"title": "x" * 501}, "title: String should have at most 500 characters"),
        ({"title": "nul \0"}, "NUL"),
    ],
)
async def test_wrong_arguments_get_a_sentence_to_act_on(
    ada: Client, arguments: dict[str, str], hint: str
) -> None:
    text = await ada.refuses("create_todo", **arguments)
    assert hint in text
    assert "https://" not in text
    assert await ada.says("get_todos") == "You have no open todos."
