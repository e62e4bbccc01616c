"""Queries about todos, as one user may see and change them. Callers own the transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from convonet.db.models import LEVELS, Level, Membership, Team, Todo, User
from convonet.db.users import display_name
from convonet.errors import Denied, NotFound

_NAMES_AT_MOST = 2_000
"""Titles a spoken name is compared with."""


@dataclass(frozen=True, slots=True)
class TodoFilter:
    """Which todos to list; None leaves a question open."""

    status: Literal["open", "completed", "all"] = "open"
    priority: Level | None = None
    due_from: datetime | None = None
    due_before: datetime | None = None
    team_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A team somebody is in, and as what."""

    team_id: UUID
    name: str
    role: str


async def places(session: AsyncSession, user_id: UUID) -> list[Place]:
    """Return the active teams of the user, by name."""
    rows = await session.execute(
        select(Team.id, Team.name, Membership.role)
        .join(Membership, Membership.team_id == Team.id)
        .where(Membership.user_id == user_id, Team.is_active)
        .order_by(Team.name, Team.id)
    )
    return [Place(team_id, name, role) for team_id, name, role in rows]


async def members(session: AsyncSession, team_ids: Sequence[UUID]) -> list[User]:
    """Return the active users who are in any of the teams."""
    inside = select(Membership.user_id).where(Membership.team_id.in_(team_ids))
    query = select(User).where(User.id.in_(inside), User.is_active).order_by(User.username)
    return list(await session.scalars(query))


async def list_todos(
    session: AsyncSession, user_id: UUID, wanted: TodoFilter, limit: int, offset: int = 0
) -> tuple[list[Todo], int]:
    """Return up to `limit` todos, most important and then soonest first, and how many there are.

    Behind `offset` others; behind the last one none are told to be there.
    """
    where = and_(_visible(user_id), *_conditions(wanted))
    importance = case(*((Todo.priority == level, rank) for rank, level in enumerate(LEVELS)))
    query = (
        select(Todo, func.count().over())
        .where(where)
        .order_by(
            Todo.completed,
            importance.desc(),
            Todo.due_date.nulls_last(),
            Todo.created_at,
            Todo.id,
        )
        .limit(limit)
        .offset(offset)
    )
    rows = (await session.execute(query)).all()
    return [todo for todo, _ in rows], rows[0][1] if rows else 0


async def candidates(session: AsyncSession, user_id: UUID, *, completed: bool) -> list[Todo]:
    """Return the todos a spoken title may mean, newest first."""
    query = (
        select(Todo)
        .where(_visible(user_id), Todo.completed == completed)
        .order_by(Todo.created_at.desc())
        .limit(_NAMES_AT_MOST)
    )
    return list(await session.scalars(query))


async def changeable_todo(session: AsyncSession, user_id: UUID, todo_id: UUID) -> Todo:
    """Return the todo, locked until the transaction ends.

    Raises:
        NotFound: there is none, or the user may not see it.
        Denied: the user may see it, but only view it.
    """
    query = select(Todo).where(Todo.id == todo_id, _visible(user_id))
    todo = await session.scalar(
        query.with_for_update(of=Todo).execution_options(populate_existing=True)
    )
    if todo is None:
        raise NotFound("There is no such todo.")
    await require_may_change(session, user_id, todo.team_id)
    return todo


async def require_visible(session: AsyncSession, user_id: UUID, todo_id: UUID) -> None:
    """Check that the user may see the todo, if it is there at all.

    Raises:
        NotFound: it is one of those the user may not see.
    """
    query = select(func.coalesce(_visible(user_id), false())).where(Todo.id == todo_id)
    if await session.scalar(query) is False:
        raise NotFound("There is no such todo.")


async def require_may_change(session: AsyncSession, user_id: UUID, team_id: UUID | None) -> None:
    """Check that the user may change todos of the team (None: personal ones, always).

    Raises:
        NotFound: the user is not in the team.
        Denied: the user may only view it.
    """
    if team_id is None:
        return
    query = select(Membership.role).where(
        Membership.team_id == team_id, Membership.user_id == user_id
    )
    role = await session.scalar(query)
    if role is None:
        raise NotFound("There is no such team.")
    if role == "viewer":
        raise Denied("You can see that team's todos but not change them.")


@dataclass(frozen=True, slots=True)
class Names:
    """What the teams and people on some todos are called."""

    teams: dict[UUID, str]
    people: dict[UUID, str]


async def names_on(session: AsyncSession, todos: Sequence[Todo]) -> Names:
    """Return the names of the teams and assignees of the todos."""
    teams: dict[UUID, str] = {}
    people: dict[UUID, str] = {}
    team_ids = {todo.team_id for todo in todos if todo.team_id}
    if team_ids:
        rows = await session.execute(select(Team.id, Team.name).where(Team.id.in_(team_ids)))
        teams = dict(rows.all())
    user_ids = {todo.assignee_id for todo in todos if todo.assignee_id}
    if user_ids:
        users = await session.scalars(select(User).where(User.id.in_(user_ids)))
        people = {user.id: display_name(user) for user in users}
    return Names(teams, people)


def _conditions(wanted: TodoFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.status != "all":
        conditions.append(Todo.completed == (wanted.status == "completed"))
    if wanted.priority is not None:
        conditions.append(Todo.priority == wanted.priority)
    if wanted.due_from is not None:
        conditions.append(Todo.due_date >= wanted.due_from)
    if wanted.due_before is not None:
        conditions.append(Todo.due_date < wanted.due_before)
    if wanted.team_id is not None:
        conditions.append(Todo.team_id == wanted.team_id)
    return conditions


def _visible(user_id: UUID) -> ColumnElement[bool]:
    """Personal todos by or for the user; in their teams, all but other people's private ones."""
    teams = (
        select(Membership.team_id)
        .join(Team, Team.id == Membership.team_id)
        .where(Membership.user_id == user_id, Team.is_active)
    )
    own = or_(Todo.creator_id == user_id, Todo.assignee_id == user_id)
    return or_(
        and_(Todo.team_id.is_(None), own),
        and_(Todo.team_id.in_(teams), or_(own, Todo.is_private.is_(False))),
    )
