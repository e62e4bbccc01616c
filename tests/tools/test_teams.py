from uuid import UUID

import pytest
from sqlalchemy import select, update

from convonet.contracts.assistant import ToolState
from convonet.db.engine import Sessions, transaction
from convonet.db.models import Membership, Role, User
from convonet.tools.host import ToolHost
from tests.db.people import add_team, add_user, caller
from tests.tools.calls import Client, data


@pytest.fixture
async def ada(host: ToolHost, sessions: Sessions) -> Client:
    return Client(host, await caller(sessions, await add_user(sessions, "Ada")))


async def email_of(sessions: Sessions, client: Client) -> str:
    async with transaction(sessions) as session:
        query = select(User.email).where(User.id == client.caller.user_id)
        return (await session.scalars(query)).one()


async def another(ada: Client, sessions: Sessions, name: str) -> Client:
    return Client(ada.host, await caller(sessions, await add_user(sessions, name)))


async def test_a_team_is_made_listed_and_made_only_once(ada: Client) -> None:
    assert await ada.says("get_teams") == "You are not in any team yet."
    assert await ada.says("create_team", name=" hackathon ") == (
        "I've created the team hackathon. You are its owner."
    )
    assert await ada.refuses("create_team", name="Hackathon") == (
        "You are already in a team called hackathon."
    )
    await ada.says("create_team", name="development")
    assert await ada.says("get_teams") == (
        "You are in 2 teams: development, as an owner; and hackathon, as an owner."
    )
    assert await ada.says("get_team_members", team="the hackathon team") == (
        "hackathon has 1 member: Ada, owner."
    )


async def test_people_come_change_and_go(ada: Client, sessions: Sessions) -> None:
    ben = await another(ada, sessions, "Ben")
    spoken = (await email_of(sessions, ben)).replace("@", " at ").replace(".", " dot ")
    await ada.says("create_team", name="Engines")
    assert await ada.says("add_team_member", team="engines", person=spoken, role="viewer") == (
        "I've added Ben to Engines as a viewer."
    )
    assert "already in Engines, as a viewer" in await ada.says(
        "add_team_member", team="engines", person="Ben", role="viewer"
    )
    assert "already in Engines, as a viewer" in await ada.refuses(
        "add_team_member", team="engines", person="Ben", role="owner"
    )
    assert await ada.says("change_member_role", team="engines", person="Benn", role="admin") == (
        "Ben is now an admin of Engines."
    )
    assert await ada.says("get_team_members", team="engines") == (
        "Engines has 2 members: Ada, owner; and Ben, admin."
    )
    assert await ben.says("remove_team_member", team="engines", person="me") == (
        "You have left Engines."
    )
    assert await ben.says("get_teams") == "You are not in any team yet."


async def test_each_change_is_taken_back(ada: Client, sessions: Sessions) -> None:
    ben = await another(ada, sessions, "Ben")
    address = await email_of(sessions, ben)
    await ada.says("create_team", name="Engines")
    await ada.says("rename_team", team="engines", new_name="Motors", description="They turn")
    await ada.says("add_team_member", team="Motors", person=address)
    await ada.says("change_member_role", team="Motors", person="Ben", role="owner")
    await ada.says("remove_team_member", team="Motors", person="Ben")
    await ada.says("delete_team", team="Motors")
    back = "I've taken that back:"
    said = [await ada.says("undo_last_change") for _ in range(6)]
    assert said == [
        f"{back} the team 'Motors' is there again.",
        f"{back} Ben is an owner again.",
        f"{back} Ben is a member again.",
        f"{back} Ben is out again.",
        f"{back} the team 'Engines' is as it was before.",
        f"{back} the team 'Engines' is gone again.",
    ]
    assert await ada.says("get_teams") == "You are not in any team yet."


async def test_a_team_others_have_come_into_is_not_undone(ada: Client, sessions: Sessions) -> None:
    ben = await another(ada, sessions, "Ben")
    await ada.says("create_team", name="Engines")
    result = await ada.call("add_team_member", team="Engines", person=await email_of(sessions, ben))
    assert result.state is ToolState.SUCCEEDED
    async with transaction(sessions) as session:
        mine = select(Membership.team_id).where(Membership.user_id == ben.caller.user_id)
        await session.execute(
            update(Membership).where(Membership.team_id.in_(mine)).values(role="owner")
        )
    assert "changed again since" in await ada.refuses("undo_last_change")


async def test_todos_are_made_for_a_team_and_its_people(ada: Client, sessions: Sessions) -> None:
    john = await add_user(sessions, "John")
    await add_team(sessions, "development", {ada.caller.user_id: "owner", john: "member"})
    result = await ada.call(
        "create_team_todo", team="dev", title="Code review", assignee="Jon", priority="high"
    )
    todo = data(result)["todo"]
    assert isinstance(todo, dict)
    assert (todo["team"], todo["assignee"]) == ("development", "John")
    assert "nobody" not in await ada.says("undo_last_change")
    assert await ada.says("get_todos", team="dev") == "You have no open todos in development."


async def test_teams_and_people_are_found_by_how_they_sound(
    ada: Client, sessions: Sessions
) -> None:
    kathryn = await add_user(sessions, "Kathryn")
    await add_team(sessions, "Phoenix", {ada.caller.user_id: "owner", kathryn: "member"})
    assert "Kathryn" in await ada.says("get_team_members", team="fenix")
    assert "Kathryn" in await ada.says(
        "change_member_role", team="phoenix", person="Catherine", role="viewer"
    )
    assert await ada.refuses("get_team_members", team="Finance") == (
        "I couldn't find a team called 'Finance'."
    )
    assert await ada.refuses("get_team_members", team="phoning") == (
        "I couldn't find a team called 'phoning'. Did you mean \"Phoenix\"?"
    )


async def test_an_address_is_asked_about_but_never_guessed(ada: Client, sessions: Sessions) -> None:
    ben = await another(ada, sessions, "Ben")
    address = await email_of(sessions, ben)
    await add_team(sessions, "Pair", {ada.caller.user_id: "owner", ben.caller.user_id: "member"})
    wrong = address.replace("example", "exemple")
    refusal = await ada.refuses("change_member_role", team="pair", person=wrong, role="admin")
    assert f'Did you mean "{address}"?' in refusal
    assert "Ben, member" in await ada.says("get_team_members", team="pair")


async def test_two_of_one_name_are_told_apart_by_their_addresses(
    ada: Client, sessions: Sessions
) -> None:
    twins = [await another(ada, sessions, "Robin") for _ in range(2)]
    members: dict[UUID, Role] = {twin.caller.user_id: "member" for twin in twins}
    await add_team(sessions, "Pair", {**members, ada.caller.user_id: "owner"})
    refusal = await ada.refuses("remove_team_member", team="pair", person="robin")
    labels = [f"Robin ({await email_of(sessions, twin)})" for twin in twins]
    assert all(f'"{label}"' in refusal for label in labels)
    assert refusal.endswith("Which one?")
    assert "Robin" in await ada.says("remove_team_member", team="pair", person=labels[0])
    assert await twins[0].says("get_teams") == "You are not in any team yet."


async def test_search_finds_teammates_by_name_and_others_by_address_only(
    ada: Client, sessions: Sessions
) -> None:
    ben, eve = await another(ada, sessions, "Benedict"), await another(ada, sessions, "Evelyn")
    await add_team(sessions, "Pair", {ada.caller.user_id: "owner", ben.caller.user_id: "member"})
    assert "Benedict" in await ada.says("search_users", query="benedikt")
    assert await ada.says("search_users", query="Evelyn") == (
        "I found nobody called 'Evelyn' in your teams."
    )
    address = await email_of(sessions, eve)
    assert "Evelyn" in await ada.says("search_users", query=address.upper())
    assert "nobody" in await ada.says("search_users", query=address[:-1])
    refusal = await ada.refuses("add_team_member", team="pair", person="Evelyn")
    assert "I need their e-mail address" in refusal
    assert "Evelyn," not in refusal
