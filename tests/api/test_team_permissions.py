"""Every cell of the permission table, by REST and by tool: what is allowed works, the rest not."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from convonet.contracts.assistant import ToolState
from convonet.db.engine import sessionmaker
from convonet.db.models import ROLES, Role
from convonet.teams.permissions import PERMISSIONS, Action, markdown, may
from convonet.tools.host import ToolHost, own_servers
from tests.api.edge import Backing
from tests.api.teams import Folk, Json, Person, Scene, make_scene


@dataclass(frozen=True)
class Cast:
    """Who there is: an owner, whoever tries something, a plain member, somebody from outside."""

    folk: Folk
    owner: Person
    actor: Person
    member: Person
    newcomer: Person


@pytest.fixture(scope="module")
async def cast(
    http: httpx.AsyncClient, backing: Backing, engine: AsyncEngine
) -> AsyncGenerator[Cast]:
    sessions = sessionmaker(engine)
    async with ToolHost(own_servers(sessions), timeout_s=120) as host:
        folk = Folk(http, host, backing, sessions)
        people = [await folk.person(name) for name in ("Olga", "Ada", "Mia", "Nils")]
        yield Cast(folk, *people)


@dataclass(frozen=True)
class Attempt:
    """One way to do an action."""

    tool: str
    arguments: Json
    method: str
    path: str
    body: Json | None = None


def attempts(action: Action, cast: Cast, scene: Scene) -> list[Attempt]:
    """Return the ways to do it, each by tool and by REST."""
    todo, todo_path = {"title": str(scene.todo_id)}, f"/todos/{scene.todo_id}"
    member, owner, new = cast.member, cast.owner, cast.newcomer

    def adding(role: Role) -> Attempt:
        body = {"email": new.email, "role": role}
        arguments = {"person": new.email, "role": role}
        return Attempt("add_team_member", arguments, "POST", "/members", body)

    def removing(who: Person) -> Attempt:
        path = f"/members/{who.user_id}"
        return Attempt("remove_team_member", {"person": who.email}, "DELETE", path)

    def changing(who: Person, role: Role) -> Attempt:
        arguments = {"person": who.email, "role": role}
        path = f"/members/{who.user_id}/role"
        return Attempt("change_member_role", arguments, "PUT", path, {"role": role})

    def updating(arguments: Json, body: Json) -> Attempt:
        return Attempt("update_todo", {**todo, **arguments}, "PATCH", todo_path, body)

    new_todo = Attempt("create_team_todo", {"title": "Paint"}, "POST", "/todos", {"title": "Paint"})
    name = f"Team {uuid4().hex}"
    ways = {
        Action.SEE_TEAM: [
            Attempt("get_team_members", {}, "GET", "/members"),
            Attempt("get_todos", {}, "GET", "/todos"),
        ],
        Action.CREATE_TODO: [new_todo],
        Action.ASSIGN_TODO: [
            updating({"assignee": member.email}, {"assignee_id": str(member.user_id)})
        ],
        Action.CHANGE_TODO: [updating({"new_title": "Mend the roof"}, {"title": "Mend the roof"})],
        Action.COMPLETE_TODO: [
            Attempt("complete_todo", todo, "PATCH", todo_path, {"completed": True})
        ],
        Action.DELETE_TODO: [Attempt("delete_todo", todo, "DELETE", todo_path)],
        Action.ADD_MEMBER: [adding("admin"), adding("member"), adding("viewer")],
        Action.ADD_OWNER: [adding("owner")],
        Action.REMOVE_MEMBER: [removing(member)],
        Action.REMOVE_OWNER: [removing(owner)],
        Action.CHANGE_ROLE: [changing(member, "admin"), changing(member, "viewer")],
        Action.CHANGE_OWNER: [changing(member, "owner"), changing(owner, "member")],
        Action.RENAME_TEAM: [
            Attempt("rename_team", {"new_name": name}, "PATCH", "", {"description": name})
        ],
        Action.DELETE_TEAM: [Attempt("delete_team", {}, "DELETE", "")],
        Action.LEAVE: [removing(cast.actor)],
    }
    return ways[action]


WALKED = [action for action in Action if action is not Action.SEE_PRIVATE_TODOS]
READS = (Action.SEE_TEAM,)
BY_TODO = ("update_todo", "complete_todo", "delete_todo")


async def scene_with(cast: Cast, role: Role) -> Scene:
    owner, actor, member = cast.owner.user_id, cast.actor.user_id, cast.member.user_id
    return await make_scene(
        cast.folk.sessions, {owner: "owner", actor: role, member: "member"}, owner
    )


async def by_tool(cast: Cast, scene: Scene, attempt: Attempt) -> bool:
    where: Json = {} if attempt.tool in BY_TODO else {"team": str(scene.team_id)}
    result = await cast.actor.use(attempt.tool, {**where, **attempt.arguments})
    if result.state is ToolState.SUCCEEDED:
        return True
    assert "may not" in result.text or "but not change them" in result.text, result.text
    return False


async def by_rest(cast: Cast, scene: Scene, attempt: Attempt) -> bool:
    path = f"/{scene.team_id}{attempt.path}"
    answer = await cast.actor.ask(attempt.method, path, attempt.body)
    if answer.is_success:
        return True
    assert (answer.status_code, answer.json()["code"]) == (403, "denied"), answer.text
    return False


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("action", WALKED, ids=lambda action: action.name)
async def test_a_role_may_do_what_the_table_says_and_nothing_else(
    cast: Cast, action: Action, role: Role
) -> None:
    allowed, changes = may(role, action), may(role, action) and action not in READS
    scene = await scene_with(cast, role)
    for way in range(len(attempts(action, cast, scene))):
        for do in (by_tool, by_rest):
            before = await scene.state()
            assert await do(cast, scene, attempts(action, cast, scene)[way]) is allowed, way
            assert (await scene.state() != before) is changes, way
            if changes:
                scene = await scene_with(cast, role)


@pytest.mark.parametrize("role", ROLES)
async def test_private_todos_of_others_are_seen_by_nobody(cast: Cast, role: Role) -> None:
    assert not may(role, Action.SEE_PRIVATE_TODOS)
    scene = await scene_with(cast, role)
    listed = await cast.actor.ask("GET", f"/{scene.team_id}/todos")
    told = await cast.actor.use("get_todos", {"team": str(scene.team_id)})
    assert "Mend the fence" in listed.text
    assert "Mend the fence" in told.text
    assert "Secret plan" not in listed.text + told.text
    path = f"/{scene.team_id}/todos/{scene.private_id}"
    assert (await cast.actor.ask("PATCH", path, {"title": "Mine"})).status_code == 404
    refusal = await cast.actor.use("complete_todo", {"title": str(scene.private_id)})
    assert "no such todo" in refusal.text


def test_the_table_is_whole() -> None:
    assert set(PERMISSIONS) == set(Action)


def test_the_documents_show_the_table_as_it_is() -> None:
    page = Path(__file__).parents[2] / "docs" / "permissions.md"
    assert markdown() in page.read_text(encoding="utf-8")
