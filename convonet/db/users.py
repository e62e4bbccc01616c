"""Queries about people. Callers own the session and its transaction."""

from uuid import UUID

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from convonet.contracts.caller import Caller
from convonet.contracts.caller import Team as CallerTeam
from convonet.db.models import Membership, Team, User


async def find_by_pin(session: AsyncSession, pin_hash: str) -> Caller | None:
    """Return the active user whose PIN hashes (`pins.hash_pin`) to `pin_hash`."""
    return await _caller(
        session, await session.scalar(_active().filter_by(voice_pin_hash=pin_hash))
    )


async def find_caller(session: AsyncSession, user_id: UUID) -> Caller | None:
    """Return the active user with this id."""
    return await _caller(session, await session.scalar(_active().filter_by(id=user_id)))


async def find_by_name(session: AsyncSession, name: str) -> Caller | None:
    """Return the active user with this e-mail address or username, in any case."""
    named = or_(func.lower(User.email) == name.lower(), func.lower(User.username) == name.lower())
    return await _caller(session, await session.scalar(_active().where(named).limit(1)))


async def touch_login(session: AsyncSession, user_id: UUID) -> None:
    """Note that the user has just signed in."""
    await session.execute(update(User).where(User.id == user_id).values(last_login_at=func.now()))


def display_name(user: User) -> str:
    """Return what to call the user: first and last name, else the username."""
    return f"{user.first_name} {user.last_name}".strip() or user.username


def _active() -> Select[User]:
    return select(User).where(User.is_active)


async def _caller(session: AsyncSession, user: User | None) -> Caller | None:
    if user is None:
        return None
    teams = await session.execute(
        select(Team.id, Team.name)
        .join(Membership, Membership.team_id == Team.id)
        .where(Membership.user_id == user.id, Team.is_active)
        .order_by(Team.name, Team.id)
    )
    return Caller(
        user_id=user.id,
        name=display_name(user),
        time_zone=user.time_zone,
        teams=tuple(CallerTeam(id=id_, name=name) for id_, name in teams),
    )
