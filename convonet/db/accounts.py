"""Queries about one's own account. Callers own the session and its transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from convonet.db.models import Membership, Team, User
from convonet.db.users import display_name

_UNIQUE_VIOLATION: Final = "23505"


@dataclass(frozen=True)
class Credentials:
    """What proves who somebody is."""

    user_id: UUID
    password_hash: str


@dataclass(frozen=True)
class AccountTeam:
    """A team somebody is in."""

    id: UUID
    name: str
    role: str
    joined_at: datetime


@dataclass(frozen=True)
class Account:
    """An active user, without anything secret."""

    id: UUID
    email: str
    username: str
    first_name: str
    last_name: str
    name: str
    time_zone: str
    roles: tuple[str, ...]
    teams: tuple[AccountTeam, ...]
    voice_pin_set: bool
    created_at: datetime
    last_login_at: datetime | None

    @property
    def first_team(self) -> UUID | None:
        """The team this person has been in for longest."""
        joined = sorted(self.teams, key=lambda team: (team.joined_at, team.id))
        return joined[0].id if joined else None


async def find_credentials(session: AsyncSession, name: str) -> Credentials | None:
    """Return the active user with this e-mail address or username, in any case."""
    column = User.email if "@" in name else User.username
    return await _credentials(session, func.lower(column) == func.lower(name))


async def credentials_of(session: AsyncSession, user_id: UUID) -> Credentials | None:
    """Return what an active user is known by."""
    return await _credentials(session, User.id == user_id)


async def find_account(session: AsyncSession, user_id: UUID) -> Account | None:
    """Return the active user with this id, with the active teams they are in, by name."""
    user = await session.scalar(
        select(User)
        .where(User.id == user_id, User.is_active)
        .execution_options(populate_existing=True)
    )
    if user is None:
        return None
    teams = await session.execute(
        select(Team.id, Team.name, Membership.role, Membership.joined_at)
        .join(Membership, Membership.team_id == Team.id)
        .where(Membership.user_id == user_id, Team.is_active)
        .order_by(Team.name, Team.id)
    )
    return Account(
        id=user.id,
        email=user.email,
        username=user.username,
        first_name=user.first_name,
        last_name=user.last_name,
        name=display_name(user),
        time_zone=user.time_zone,
        roles=tuple(user.roles),
        teams=tuple(AccountTeam(*row) for row in teams),
        voice_pin_set=user.voice_pin_hash is not None,
        created_at=user.created_at,
        last_login_at=user.last_login_at,
    )


async def add_account(session: AsyncSession, values: Mapping[str, str]) -> UUID | None:
    """Add a user with these columns; None when somebody has the e-mail address or username."""
    statement = insert(User).values(**values).on_conflict_do_nothing().returning(User.id)
    return await session.scalar(statement)


async def change_account(
    session: AsyncSession, user_id: UUID, values: Mapping[str, str | bool | None]
) -> bool:
    """Set these columns of a user; False, and nothing set, when a value is somebody else's.

    The session's transaction goes on in either case.
    """
    try:
        async with session.begin_nested():
            await session.execute(update(User).where(User.id == user_id).values(**values))
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", None) != _UNIQUE_VIOLATION:
            raise
        return False
    return True


async def note_sign_in(session: AsyncSession, proven: Credentials, fresh_hash: str | None) -> bool:
    """Note that somebody signs in, if the credentials still hold that were looked at.

    Args:
        session: whose transaction this is part of.
        proven: what the password was compared with.
        fresh_hash: what is stored instead from now on; None keeps it.
    """
    statement = (
        update(User)
        .where(User.id == proven.user_id, User.is_active)
        .where(User.password_hash == proven.password_hash)
        .values(last_login_at=func.now(), password_hash=fresh_hash or proven.password_hash)
        .returning(User.id)
    )
    return await session.scalar(statement) is not None


async def _credentials(session: AsyncSession, which: ColumnElement[bool]) -> Credentials | None:
    found = await session.execute(
        select(User.id, User.password_hash).where(which, User.is_active).limit(1)
    )
    row = found.first()
    return Credentials(*row) if row else None
