"""Somebody from outside a team gets nothing of it and does nothing to it, by any route or tool."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from uuid import uuid4

import httpx
import pytest
from pydantic import JsonValue
from sqlalchemy.ext.asyncio import AsyncEngine

from convonet.contracts.assistant import ToolState
from convonet.db.engine import sessionmaker
from convonet.tools.host import ToolHost, own_servers
from tests.api.edge import Backing
from tests.api.teams import Folk, Json, Person, Scene, make_scene


@dataclass(frozen=True)
class Tenants:
    """A team, and somebody who has one of their own elsewhere."""

    insider: Person
    outsider: Person
    scene: Scene


@pytest.fixture(scope="module")
async def tenants(
    http: httpx.AsyncClient, backing: Backing, engine: AsyncEngine
) -> AsyncGenerator[Tenants]:
    sessions = sessionmaker(engine)
    async with ToolHost(own_servers(sessions), timeout_s=120) as host:
        folk = Folk(http, host, backing, sessions)
        insider, outsider = await folk.person("Wilhelmina"), await folk.person("Eve")
        scene = await make_scene(sessions, {insider.user_id: "owner"}, insider.user_id)
        await make_scene(sessions, {outsider.user_id: "owner"}, outsider.user_id)
        yield Tenants(insider, outsider, scene)


def bodies(eve: Person) -> dict[str, Json]:
    """What to send where something must be sent."""
    return {
        "PATCH /api/teams/{team_id}": {"name": "Mine"},
        "POST /api/teams/{team_id}/members": {"email": eve.email, "role": "owner"},
        "PUT /api/teams/{team_id}/members/{user_id}/role": {"role": "viewer"},
        "POST /api/teams/{team_id}/todos": {"title": "Hello"},
        "PATCH /api/teams/{team_id}/todos/{todo_id}": {"title": "Mine"},
    }


async def routes_of_teams(http: httpx.AsyncClient) -> list[tuple[str, str]]:
    schema = (await http.get("/openapi.json")).json()
    return [
        (method.upper(), path)
        for path, methods in schema["paths"].items()
        if "{team_id}" in path
        for method in methods
    ]


async def test_every_route_of_a_team_answers_strangers_as_if_there_were_none(
    tenants: Tenants, http: httpx.AsyncClient
) -> None:
    eve, scene = tenants.outsider, tenants.scene
    before = await scene.state()
    routes = await routes_of_teams(http)
    assert len(routes) >= 11
    for method, path in routes:
        answers = [
            await eve.ask(
                method,
                path.removeprefix("/api/teams").format(
                    team_id=team_id, user_id=tenants.insider.user_id, todo_id=scene.todo_id
                ),
                bodies(eve).get(f"{method} {path}"),
            )
            for team_id in (scene.team_id, uuid4())
        ]
        assert [answer.status_code for answer in answers] == [404, 404], (method, path)
        assert answers[0].json() == answers[1].json(), (method, path)
    assert await scene.state() == before


async def test_nothing_is_answered_without_a_sign_in(
    tenants: Tenants, http: httpx.AsyncClient
) -> None:
    ids = {"team_id": tenants.scene.team_id, "user_id": uuid4(), "todo_id": uuid4()}
    everything = [*await routes_of_teams(http), ("GET", "/api/teams/"), ("POST", "/api/teams/")]
    for method, path in everything:
        body: dict[str, JsonValue] = {"name": "x", "title": "x", "role": "owner"}
        content = None if method in ("GET", "DELETE") else body
        answer = await http.request(method, path.format(**ids), json=content)
        assert answer.status_code == 401, (method, path)


async def test_a_todo_is_not_reached_through_a_team_of_ones_own(tenants: Tenants) -> None:
    eve, scene = tenants.outsider, tenants.scene
    mine = (await eve.ask("GET", "/")).json()["teams"][0]["id"]
    for method, body in (("PATCH", {"title": "Mine"}), ("DELETE", None)):
        answer = await eve.ask(method, f"/{mine}/todos/{scene.todo_id}", body)
        assert answer.status_code == 404
    assigned = await eve.ask(
        "POST", f"/{mine}/todos", {"title": "x", "assignee_id": str(tenants.insider.user_id)}
    )
    assert (assigned.status_code, assigned.json()["code"]) == (404, "no_such_member")


async def test_people_of_other_teams_are_known_by_exact_address_only(tenants: Tenants) -> None:
    eve, insider = tenants.outsider, tenants.insider
    mine = (await eve.ask("GET", "/")).json()["teams"][0]["id"]
    stranger = await eve.ask("POST", f"/{mine}/members", {"user_id": str(insider.user_id)})
    nobody = await eve.ask("POST", f"/{mine}/members", {"user_id": str(uuid4())})
    assert stranger.json() == nobody.json()
    assert (nobody.status_code, nobody.json()["code"]) == (404, "no_such_account")
    assert "Wilhelmina" not in (await eve.use("search_users", {"query": "Wilhelmina"})).text[40:]


ARGUMENTS: dict[str, Json] = {
    "create_todo": {"title": "Hello"},
    "get_todos": {},
    "get_team_members": {},
    "create_team_todo": {"title": "Hello"},
    "add_team_member": {"person": "me", "role": "owner"},
    "remove_team_member": {"person": "Wilhelmina"},
    "change_member_role": {"person": "Wilhelmina", "role": "viewer"},
    "rename_team": {"new_name": "Mine"},
    "delete_team": {},
}
OF_TODOS: dict[str, Json] = {
    "update_todo": {"new_title": "Mine"},
    "complete_todo": {},
    "delete_todo": {},
}


def takes(argument: str, person: Person) -> list[str]:
    properties = {spec.name: spec.input_schema["properties"] for spec in person.host.specs()}
    return [
        name for name, there in properties.items() if isinstance(there, dict) and argument in there
    ]


async def test_every_tool_tells_strangers_that_there_is_no_such_team(tenants: Tenants) -> None:
    eve, scene = tenants.outsider, tenants.scene
    before = await scene.state()
    for tool in takes("team", eve):
        result = await eve.use(tool, {**ARGUMENTS[tool], "team": str(scene.team_id)})
        assert result.state is ToolState.FAILED, tool
        assert result.text == "There is no such team.", tool
    for tool, arguments in OF_TODOS.items():
        result = await eve.use(tool, {**arguments, "title": str(scene.todo_id)})
        assert result.state is ToolState.FAILED, tool
        assert result.text == "There is no such todo.", tool
    assert await scene.state() == before


async def test_no_list_of_a_tool_shows_anything_of_others(tenants: Tenants) -> None:
    eve = tenants.outsider
    readers = [
        spec.name
        for spec in eve.host.specs()
        if spec.read_only and not spec.input_schema.get("required")
    ]
    assert {"get_todos", "get_teams"} <= set(readers)
    for tool in readers:
        told = (await eve.use(tool, {})).text
        assert "Wilhelmina" not in told, tool
        assert str(tenants.scene.team_id) not in told, tool
        assert str(tenants.scene.todo_id) not in told, tool
