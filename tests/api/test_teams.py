"""Teams by REST: what they take, what they answer, and which codes refusals carry."""

from collections.abc import AsyncGenerator
from uuid import uuid4

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from convonet.accounts.refusals import SignInEnded
from convonet.db.engine import sessionmaker
from convonet.teams.refusals import (
    AlreadyMember,
    LastOwner,
    NoSuchAccount,
    NoSuchMember,
    TeamNameTaken,
)
from convonet.tools.host import ToolHost, own_servers
from tests.api.edge import Backing
from tests.api.teams import Folk, Json, Person


@pytest.fixture(scope="module")
async def folk(
    http: httpx.AsyncClient, backing: Backing, engine: AsyncEngine
) -> AsyncGenerator[Folk]:
    sessions = sessionmaker(engine)
    async with ToolHost(own_servers(sessions), timeout_s=120) as host:
        yield Folk(http, host, backing, sessions)


@pytest.fixture
async def ada(folk: Folk) -> Person:
    return await folk.person("Ada")


@pytest.fixture
async def ben(folk: Folk) -> Person:
    return await folk.person("Ben")


async def made(ada: Person, name: str = "Engines") -> str:
    answer = await ada.ask("POST", "/", {"name": name})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def code(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, str(answer.json()["code"])


async def test_a_team_is_made_shown_renamed_and_deleted(ada: Person) -> None:
    team = (await ada.ask("POST", "/", {"name": " Engines ", "description": "They turn"})).json()
    assert (team["name"], team["your_role"], team["members"]) == ("Engines", "owner", 1)
    assert (await ada.ask("GET", f"/{team['id']}")).json() == team
    changed = await ada.ask("PATCH", f"/{team['id']}", {"name": "Motors", "description": ""})
    assert (changed.json()["name"], changed.json()["description"]) == ("Motors", None)
    assert (await ada.ask("GET", "/")).json() == {"total": 1, "teams": [changed.json()]}
    assert (await ada.ask("DELETE", f"/{team['id']}")).status_code == 204
    assert (await ada.ask("GET", "/")).json() == {"total": 0, "teams": []}
    assert code(await ada.ask("GET", f"/{team['id']}")) == (404, "not_found")


async def test_two_teams_of_one_person_have_two_names(ada: Person) -> None:
    await made(ada, "Engines")
    other = await made(ada, "Motors")
    assert code(await ada.ask("POST", "/", {"name": "ENGINES"})) == (409, "team_name_taken")
    rename = await ada.ask("PATCH", f"/{other}", {"name": "engines"})
    assert code(rename) == (409, "team_name_taken")


async def test_people_are_added_changed_listed_and_removed(ada: Person, ben: Person) -> None:
    team = await made(ada)
    added = await ada.ask(
        "POST", f"/{team}/members", {"email": ben.email.upper(), "role": "viewer"}
    )
    assert added.status_code == 201
    assert (added.json()["name"], added.json()["role"]) == ("Ben", "viewer")
    again = await ada.ask("POST", f"/{team}/members", {"user_id": str(ben.user_id)})
    assert code(again) == (409, "already_member")
    role = await ada.ask("PUT", f"/{team}/members/{ben.user_id}/role", {"role": "admin"})
    assert role.json() == {**added.json(), "role": "admin"}
    listed = (await ben.ask("GET", f"/{team}/members")).json()
    assert [one["name"] for one in listed["members"]] == ["Ada", "Ben"]
    assert (await ada.ask("DELETE", f"/{team}/members/{ben.user_id}")).status_code == 204
    gone = await ada.ask("DELETE", f"/{team}/members/{ben.user_id}")
    assert code(gone) == (404, "no_such_member")
    assert code(await ben.ask("GET", f"/{team}")) == (404, "not_found")


async def test_the_last_owner_stays_and_others_need_an_account(ada: Person) -> None:
    team = await made(ada)
    place = f"/{team}/members/{ada.user_id}"
    assert code(await ada.ask("DELETE", place)) == (409, "last_owner")
    assert code(await ada.ask("PUT", f"{place}/role", {"role": "admin"})) == (409, "last_owner")
    stranger = await ada.ask("POST", f"/{team}/members", {"email": "nobody@example.com"})
    assert code(stranger) == (404, "no_such_account")


async def test_lists_come_in_pages(ada: Person) -> None:
    for name in ("Alpha", "Beta", "Gamma"):
        await made(ada, name)
    page = (await ada.ask("GET", "/?limit=2&offset=1")).json()
    assert (page["total"], [team["name"] for team in page["teams"]]) == (3, ["Beta", "Gamma"])
    behind = (await ada.ask("GET", "/?limit=2&offset=7")).json()
    assert behind == {"total": 3, "teams": []}
    assert code(await ada.ask("GET", "/?limit=101")) == (422, "invalid")


async def test_todos_of_a_team_are_made_changed_listed_and_deleted(
    ada: Person, ben: Person
) -> None:
    team = await made(ada)
    await ada.ask("POST", f"/{team}/members", {"email": ben.email})
    body: Json = {
        "title": "Mend the fence",
        "priority": "high",
        "due_date": "2026-12-01T15:00:00+01:00",
        "assignee_id": str(ben.user_id),
    }
    todo = (await ada.ask("POST", f"/{team}/todos", body)).json()
    assert (todo["assignee"], todo["due_date"]) == ("Ben", "2026-12-01T14:00:00Z")
    path = f"/{team}/todos/{todo['id']}"
    done = (await ben.ask("PATCH", path, {"completed": True, "assignee_id": None})).json()
    assert (done["completed"], done["assignee"], done["priority"]) == (True, None, "high")
    assert done["completed_at"] is not None
    assert (await ada.ask("GET", f"/{team}/todos")).json() == {"total": 0, "todos": []}
    listed = (await ada.ask("GET", f"/{team}/todos?status=completed&priority=high")).json()
    assert listed == {"total": 1, "todos": [done]}
    again = (await ben.ask("PATCH", path, {"completed": False, "title": None})).json()
    assert (again["completed_at"], again["title"]) == (None, "Mend the fence")
    assert (await ben.ask("DELETE", path)).status_code == 204
    assert code(await ben.ask("PATCH", path, {"title": "x"})) == (404, "not_found")


async def test_only_members_are_given_todos(ada: Person, ben: Person) -> None:
    team = await made(ada)
    given = await ada.ask("POST", f"/{team}/todos", {"title": "x", "assignee_id": str(uuid4())})
    assert code(given) == (404, "no_such_member")
    todo = (await ada.ask("POST", f"/{team}/todos", {"title": "x"})).json()
    path = f"/{team}/todos/{todo['id']}"
    moved = await ada.ask("PATCH", path, {"assignee_id": str(ben.user_id)})
    assert code(moved) == (404, "no_such_member")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "  "},
        {"name": "x" * 201},
        {"name": "a\0b"},
        {"name": 7},
        {"name": "x", "owner": "me"},
        {"name": "x", "description": "\0"},
        [],
    ],
)
async def test_what_is_no_team_is_refused(ada: Person, body: Json) -> None:
    assert code(await ada.ask("POST", "/", body)) == (422, "invalid")


async def test_what_is_no_member_and_no_todo_is_refused(ada: Person) -> None:
    team = await made(ada)
    members: list[Json] = [
        {},
        {"email": "ada"},
        {"email": ada.email, "user_id": str(ada.user_id)},
        {"email": ada.email, "role": "king"},
    ]
    todos: list[Json] = [
        {"title": ""},
        {"title": "x", "due_date": "2026-12-01T15:00:00"},
        {"title": "x", "due_date": "0001-01-01T00:00:00+14:00"},
        {"title": "x", "priority": "huge"},
    ]
    for kind, bodies in (("members", members), ("todos", todos)):
        for body in bodies:
            answer = await ada.ask("POST", f"/{team}/{kind}", body)
            assert code(answer) == (422, "invalid"), body


async def test_what_is_done_by_hand_is_told_by_voice(ada: Person) -> None:
    team = await made(ada, "hackathon")
    await ada.ask("POST", f"/{team}/todos", {"title": "Order pizza"})
    assert "hackathon, as an owner" in (await ada.use("get_teams", {})).text
    assert "Order pizza" in (await ada.use("get_todos", {"team": "hackathon"})).text
    await ada.use("complete_todo", {"title": "order pizza"})
    listed = (await ada.ask("GET", f"/{team}/todos?status=all")).json()
    assert listed["todos"][0]["completed"]


async def test_every_route_is_told_with_what_may_go_wrong(http: httpx.AsyncClient) -> None:
    schema = (await http.get("/openapi.json")).json()
    told: dict[str, int] = {}
    for path, methods in schema["paths"].items():
        for operation in methods.values() if path.startswith("/api/teams") else ():
            assert operation["description"]
            assert operation["security"]
            for status, answer in operation["responses"].items():
                problem = answer.get("content", {}).get("application/problem+json", {})
                told |= dict.fromkeys(problem.get("examples", {}), int(status))
    kinds = (NoSuchAccount, NoSuchMember, AlreadyMember, LastOwner, TeamNameTaken)
    assert {kind.code: told.get(kind.code) for kind in (*kinds, SignInEnded)} == {
        "no_such_account": 404,
        "no_such_member": 404,
        "already_member": 409,
        "last_owner": 409,
        "team_name_taken": 409,
        "sign_in_ended": 401,
    }
