"""Teams of several people, asked for by REST and by tools alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

import httpx
from pydantic import JsonValue
from sqlalchemy import select

from convonet.contracts.assistant import ToolResult
from convonet.contracts.caller import Caller
from convonet.db.engine import Sessions, transaction
from convonet.db.models import Membership, Role, Team, Todo, User
from convonet.tools.host import ToolHost
from tests.api.accounts import sign_in
from tests.api.client import new_address
from tests.api.edge import Backing
from tests.db.people import add_user, caller
from tests.tools.calls import tool_call

Json = Mapping[str, JsonValue]


@dataclass
class Person:
    """Somebody with an account, on a page and on the phone."""

    http: httpx.AsyncClient
    host: ToolHost
    caller: Caller
    email: str
    token: str

    @property
    def user_id(self) -> UUID:
        return self.caller.user_id

    async def ask(self, method: str, path: str, body: Json | None = None) -> httpx.Response:
        headers = {"X-Forwarded-For": new_address(), "Authorization": f"Bearer {self.token}"}
        return await self.http.request(method, f"/api/teams{path}", json=body, headers=headers)

    async def use(self, tool: str, arguments: Json) -> ToolResult:
        return await self.host.call(tool_call(self.caller, tool, arguments=dict(arguments)))


@dataclass(frozen=True)
class Folk:
    """Makes people."""

    http: httpx.AsyncClient
    host: ToolHost
    backing: Backing
    sessions: Sessions

    async def person(self, name: str) -> Person:
        user_id = await add_user(self.sessions, name)
        token, _ = await sign_in(self.backing, user_id)
        who = await caller(self.sessions, user_id)
        async with transaction(self.sessions) as session:
            email = (await session.scalars(select(User.email).filter_by(id=user_id))).one()
        return Person(self.http, self.host, who, email, token)


@dataclass(frozen=True)
class Scene:
    """A team with two todos, one of them private."""

    sessions: Sessions
    team_id: UUID
    todo_id: UUID
    private_id: UUID

    async def state(self) -> object:
        """All that a change to it would change."""
        async with transaction(self.sessions) as session:
            team = await session.get_one(Team, self.team_id)
            members = await session.execute(
                select(Membership.user_id, Membership.role)
                .filter_by(team_id=self.team_id)
                .order_by(Membership.user_id)
            )
            todos = await session.execute(
                select(Todo.id, Todo.title, Todo.completed, Todo.assignee_id)
                .filter_by(team_id=self.team_id)
                .order_by(Todo.id)
            )
            row = (team.name, team.description, team.is_active)
            return row, tuple(members.all()), tuple(todos.all())


async def make_scene(sessions: Sessions, members: dict[UUID, Role], creator: UUID) -> Scene:
    team = Team(name=f"Team {uuid4().hex}")
    async with transaction(sessions) as session:
        session.add(team)
        await session.flush()
        todo = Todo(title="Mend the fence", creator_id=creator, team_id=team.id)
        private = Todo(title="Secret plan", creator_id=creator, team_id=team.id, is_private=True)
        places = [
            Membership(team_id=team.id, user_id=user_id, role=role)
            for user_id, role in members.items()
        ]
        session.add_all([todo, private, *places])
    return Scene(sessions, team.id, todo.id, private.id)
