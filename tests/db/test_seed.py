import asyncio
from collections.abc import Generator

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from convonet.db.engine import create_engine, sessionmaker, transaction
from convonet.db.migrate import upgrade
from convonet.db.models import Membership, Reminder, Team, Todo, User
from convonet.db.pins import hash_pin
from convonet.db.seed import seed_demo
from convonet.db.users import find_by_pin
from convonet.errors import SettingsError
from convonet.settings import settings

SECRET = "s" * 32


async def test_the_demo_signs_in_and_seeding_again_changes_nothing(
    empty_database_url: str,
) -> None:
    await upgrade(empty_database_url)
    await asyncio.gather(*(seed_demo(empty_database_url, SECRET) for _ in range(3)))
    engine = create_engine(empty_database_url)
    async with transaction(sessionmaker(engine)) as session:
        admin = await find_by_pin(session, hash_pin(SECRET, "1234"))
        assert admin is not None
        assert [team.name for team in admin.teams] == ["demo"]
        role = await session.scalar(select(Membership.role).filter_by(user_id=admin.user_id))
        assert role == "owner"
        assert admin.user_id == await session.scalar(
            select(User.id).where(User.roles.contains(["admin"]))
        )
        agents = await session.scalars(select(User.username).where(User.roles.contains(["agent"])))
        assert sorted(agents) == ["agent2001", "agent2002"]
        password_hash = await session.scalar(
            select(User.password_hash).filter_by(email="admin@convonet.com")
        )
        assert password_hash
        assert PasswordHasher().verify(password_hash, "admin123")
        usernames = await session.scalars(select(User.username).order_by(User.username))
        assert list(usernames) == ["admin", "agent2001", "agent2002"]
        counts = [
            await session.scalar(select(func.count()).select_from(table))
            for table in (Team, Todo, Reminder)
        ]
        assert counts == [1, 5, 2]
    await engine.dispose()


async def test_a_demo_todo_that_was_deleted_does_not_come_back(empty_database_url: str) -> None:
    await upgrade(empty_database_url)
    await seed_demo(empty_database_url, SECRET)
    engine = create_engine(empty_database_url)
    async with transaction(sessionmaker(engine)) as session:
        await session.delete(await session.scalar(select(Todo).limit(1)))
    await seed_demo(empty_database_url, SECRET)
    async with transaction(sessionmaker(engine)) as session:
        assert await session.scalar(select(func.count()).select_from(Todo)) == 4
    await engine.dispose()


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    for name, value in {
        "CONVONET_ENV": "production",
        "DATABASE_URL": "postgresql://unused",
        "REDIS_URL": "redis://unused",
        "TEMPORAL_ADDRESS": "unused:7233",
        "JWT_SECRET": SECRET,
    }.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.usefixtures("production")
async def test_production_is_never_seeded() -> None:
    with pytest.raises(SettingsError, match="CONVONET_ENV"):
        await seed_demo("postgresql://unused", SECRET)
