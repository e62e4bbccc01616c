"""The demo data of a fresh embedded stack. Never for production."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from convonet.db.engine import create_engine, sessionmaker, transaction
from convonet.db.models import Membership, Reminder, Team, Todo, User
from convonet.db.passwords import hash_password
from convonet.db.pins import hash_pin
from convonet.errors import SettingsError
from convonet.settings import settings

_DEMO: Final = UUID("5e0f8f4c-3f0f-4f1e-9a53-0c0b1a6d3c11")
"""Namespace of the demo rows' ids, so that seeding again finds them."""

_ADMIN: Final = uuid5(_DEMO, "admin")
_TEAM: Final = uuid5(_DEMO, "team")


async def seed_demo(database_url: str, jwt_secret: str) -> None:
    """Add the demo users, team, todos and reminders. Safe to repeat.

    What is there already stays as it is: a changed password, a completed todo.

    Raises:
        SettingsError: CONVONET_ENV is production.
        Unavailable: the database cannot be reached.
    """
    if settings().convonet_env == "production":
        raise SettingsError("CONVONET_ENV: demo data is never added in production")
    users = await _users(jwt_secret)
    engine = create_engine(database_url, pool_size=1)
    try:
        async with transaction(sessionmaker(engine)) as session:
            added = await _add_users(session, users)
            if _ADMIN in added:
                await _add_work(session)
    finally:
        await engine.dispose()


async def _users(jwt_secret: str) -> list[dict[str, object]]:
    agent_password = await hash_password("agent123")
    agents: list[dict[str, object]] = [
        {
            "id": uuid5(_DEMO, f"agent{extension}"),
            "email": f"agent{extension}@convonet.com",
            "username": f"agent{extension}",
            "password_hash": agent_password,
            "first_name": first_name,
            "last_name": last_name,
            "is_verified": True,
            "roles": ["user", "agent"],
        }
        for extension, first_name, last_name in (
            (2001, "Maya", "Torres"),
            (2002, "Daniel", "Okafor"),
        )
    ]
    admin: dict[str, object] = {
        "id": _ADMIN,
        "email": "admin@convonet.com",
        "username": "admin",
        "password_hash": await hash_password("admin123"),
        "first_name": "Alex",
        "last_name": "Admin",
        "is_verified": True,
        "roles": ["user", "admin"],
        "voice_pin_hash": hash_pin(jwt_secret, "1234"),
    }
    return [admin, *agents]


async def _add_users(session: AsyncSession, users: Iterable[dict[str, object]]) -> set[UUID]:
    added: set[UUID] = set()
    for user in users:
        statement = insert(User).values(**user).on_conflict_do_nothing().returning(User.id)
        added.update(await session.scalars(statement))
    return added


async def _add_work(session: AsyncSession) -> None:
    session.add(Team(id=_TEAM, name="demo", description="Everybody who tries Convonet"))
    await session.flush()
    session.add(Membership(team_id=_TEAM, user_id=_ADMIN, role="owner"))
    session.add_all(_todos())
    session.add_all(_reminders())


def _todos() -> list[Todo]:
    rows: tuple[tuple[str, str, datetime | None, bool], ...] = (
        ("Grocery shopping", "medium", _at(days=1, hour=18), False),
        ("Book the flights to Lisbon", "high", _at(days=3, hour=12), False),
        ("Renew the office lease", "urgent", _at(days=7, hour=17), False),
        ("Plan the team offsite", "low", None, True),
    )
    todos = [
        Todo(
            title=title,
            priority=priority,
            due_date=due,
            creator_id=_ADMIN,
            team_id=_TEAM if for_team else None,
        )
        for title, priority, due, for_team in rows
    ]
    done = Todo(
        title="Fix the meeting room projector",
        priority="medium",
        creator_id=_ADMIN,
        completed=True,
        completed_at=datetime.now(UTC),
    )
    return [*todos, done]


def _reminders() -> list[Reminder]:
    rows = (
        ("Water the plants", "low", _at(days=1, hour=9)),
        ("Call the landlord about the heating", "high", _at(days=2, hour=15)),
    )
    return [
        Reminder(user_id=_ADMIN, reminder_text=what, importance=importance, reminder_date=when)
        for what, importance, when in rows
    ]


def _at(*, days: int, hour: int) -> datetime:
    today = datetime.now(UTC).replace(hour=hour, minute=0, second=0, microsecond=0)
    return today + timedelta(days=days)
