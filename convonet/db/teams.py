"""Queries about teams and who is in them. Callers own the session and its transaction."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import ColumnElement, Subquery, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from convonet.db.models import ROLES, Membership, Role, Team, User
from convonet.db.users import display_name
from convonet.errors import NotFound

NO_SUCH_TEAM = "There is no such team."


@dataclass(frozen=True, slots=True)
class Standing:
    """A team, and what somebody is in it."""

    team: Team
    role: Role


@dataclass(frozen=True, slots=True)
class TeamLine:
    """A team as one line of a list."""

    team: Team
    role: Role
    members: int


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a team."""

    user_id: UUID
    name: str
    email: str
    role: Role
    joined_at: datetime


async def standing(
    session: AsyncSession, user_id: UUID, team_id: UUID, *, lock: bool = False
) -> Standing:
    """Return the active team and the user's role in it.

    With `lock`, nobody else changes the team or its members until the transaction ends; whoever
    changes members holds this lock.

    Raises:
        NotFound: there is no such team, or the user is not in it: which of the two is not told.
    """
    # Locked first and read afterwards: what was committed while we waited is seen.
    query = select(Team).where(Team.id == team_id, Team.is_active, _has(user_id))
    if lock:
        # Not FOR UPDATE: somebody adding a todo to the team need not wait.
        query = query.with_for_update(of=Team, key_share=True)
    team = await session.scalar(query.execution_options(populate_existing=True))
    role = await role_of(session, team_id, user_id)
    if team is None or role is None:
        raise NotFound(NO_SUCH_TEAM)
    return Standing(team, role)


async def role_of(session: AsyncSession, team_id: UUID, user_id: UUID) -> Role | None:
    """Return the user's role in the team, if they are in it."""
    query = select(Membership.role).where(
        Membership.team_id == team_id, Membership.user_id == user_id
    )
    return cast("Role | None", await session.scalar(query))


async def membership(session: AsyncSession, team_id: UUID, user_id: UUID) -> Membership | None:
    """Return the user's place in the team as it is now."""
    query = select(Membership).where(Membership.team_id == team_id, Membership.user_id == user_id)
    return await session.scalar(query.execution_options(populate_existing=True))


async def has_active_owner(session: AsyncSession, team_id: UUID) -> bool:
    """Tell whether somebody who may sign in owns the team."""
    query = (
        select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.team_id == team_id, Membership.role == "owner", User.is_active)
        .limit(1)
    )
    return await session.scalar(query) is not None


async def team_named(session: AsyncSession, user_id: UUID, name: str) -> Team | None:
    """Return the user's active team of this name, in any case."""
    query = (
        select(Team)
        .where(Team.is_active, _has(user_id), func.lower(Team.name) == func.lower(name))
        .limit(1)
    )
    return await session.scalar(query)


async def list_teams(
    session: AsyncSession, user_id: UUID, *, limit: int, offset: int = 0
) -> tuple[list[TeamLine], int]:
    """Return up to `limit` of the user's teams by name, and how many there are."""
    anybody = aliased(Membership)
    members = (
        select(func.count(anybody.id))
        .join(User, User.id == anybody.user_id)
        .where(anybody.team_id == Team.id, User.is_active)
        .scalar_subquery()
    )
    query = (
        select(Team, Membership.role, members, func.count().over())
        .join(Membership, Membership.team_id == Team.id)
        .where(Membership.user_id == user_id, Team.is_active)
        .order_by(func.lower(Team.name), Team.id)
    )
    rows = (await session.execute(query.limit(limit).offset(offset))).all()
    lines = [TeamLine(team, cast("Role", role), count) for team, role, count, _ in rows]
    return lines, rows[0][3] if rows else await _count(session, query.order_by(None).subquery())


async def list_members(
    session: AsyncSession, team_id: UUID, *, limit: int, offset: int = 0
) -> tuple[list[Member], int]:
    """Return up to `limit` active members, owners first, then by name; and how many there are."""
    rank = case(*((Membership.role == role, rank) for rank, role in enumerate(ROLES)))
    query = (
        select(User, Membership, func.count().over())
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.team_id == team_id, User.is_active)
        .order_by(rank, func.lower(User.first_name), func.lower(User.last_name), User.username)
    )
    rows = (await session.execute(query.limit(limit).offset(offset))).all()
    found = [_member(user, place) for user, place, _ in rows]
    return found, rows[0][2] if rows else await _count(session, query.order_by(None).subquery())


async def member(session: AsyncSession, team_id: UUID, user_id: UUID) -> Member | None:
    """Return one member, also a deactivated one."""
    query = (
        select(User, Membership)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.team_id == team_id, User.id == user_id)
    )
    row = (await session.execute(query.execution_options(populate_existing=True))).one_or_none()
    return _member(row[0], row[1]) if row else None


async def teammates(session: AsyncSession, user_id: UUID) -> list[User]:
    """Return the active people who share an active team with the user, and the user."""
    mine = select(Team.id).where(Team.is_active, _has(user_id))
    inside = select(Membership.user_id).where(Membership.team_id.in_(mine))
    query = (
        select(User)
        .where(User.is_active, or_(User.id.in_(inside), User.id == user_id))
        .order_by(User.first_name, User.username)
    )
    return list(await session.scalars(query))


async def knows(session: AsyncSession, user_id: UUID, other_id: UUID) -> bool:
    """Tell whether the two share an active team, or are one."""
    mine = select(Team.id).where(Team.is_active, _has(user_id))
    query = select(Membership.id).where(
        Membership.user_id == other_id, Membership.team_id.in_(mine)
    )
    return user_id == other_id or await session.scalar(query.limit(1)) is not None


async def person_by_email(session: AsyncSession, email: str) -> User | None:
    """Return the active user with exactly this address, in any case."""
    return await session.scalar(
        select(User).where(User.is_active, func.lower(User.email) == func.lower(email))
    )


async def active_user(session: AsyncSession, user_id: UUID) -> User | None:
    """Return the active user with this id."""
    return await session.scalar(select(User).where(User.is_active, User.id == user_id))


def _has(user_id: UUID) -> ColumnElement[bool]:
    """The team has the user."""
    return Team.id.in_(select(Membership.team_id).where(Membership.user_id == user_id))


def _member(user: User, place: Membership) -> Member:
    role = cast("Role", place.role)
    return Member(user.id, display_name(user), user.email, role, place.joined_at)


async def _count(session: AsyncSession, rows: Subquery) -> int:
    """Return how many there are when a page behind the last one was asked for."""
    return await session.scalar(select(func.count()).select_from(rows)) or 0
