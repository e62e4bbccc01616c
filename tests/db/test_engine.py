import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from convonet.db.engine import (
    Sessions,
    create_engine,
    database_address,
    sessionmaker,
    transaction,
)
from convonet.db.models import Team
from convonet.errors import SettingsError, Unavailable


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_every_usual_form_of_the_url_is_taken(scheme: str) -> None:
    url = database_address(f"{scheme}://u:p@db.example:5433/convonet?sslmode=require")
    assert url.drivername == "postgresql+asyncpg"
    assert (url.host, url.port, url.database) == ("db.example", 5433, "convonet")
    assert url.query == {"ssl": "require"}


@pytest.mark.parametrize("url", ["mysql://u:secret@h/d", "secret"])
def test_another_url_is_refused_without_being_shown(url: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL") as refused:
        database_address(url)
    assert "secret" not in str(refused.value)


async def test_a_database_that_is_away_is_unavailable(unused_tcp_port: int) -> None:
    engine = create_engine(f"postgresql://u:p@127.0.0.1:{unused_tcp_port}/d")
    with pytest.raises(Unavailable):
        async with transaction(sessionmaker(engine)) as session:
            await session.execute(text("SELECT 1"))
    await engine.dispose()


async def test_a_connection_cut_in_the_middle_is_unavailable(sessions: Sessions) -> None:
    with pytest.raises(Unavailable):
        async with transaction(sessions) as session:
            await session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))


async def test_a_statement_that_takes_too_long_is_unavailable(database_url: str) -> None:
    engine = create_engine(database_url, statement_timeout_s=0.05)
    with pytest.raises(Unavailable):
        async with transaction(sessionmaker(engine)) as session:
            await session.execute(text("SELECT pg_sleep(30)"))
    await engine.dispose()


async def test_more_work_than_connections_ends_as_unavailable(database_url: str) -> None:
    engine = create_engine(database_url, pool_size=1, connect_timeout_s=3)
    sessions = sessionmaker(engine)
    held = asyncio.Event()

    async def hold() -> None:
        async with transaction(sessions) as session:
            await session.execute(text("SELECT 1"))
            await held.wait()

    tasks = [asyncio.create_task(hold()) for _ in range(3)]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    held.set()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes if outcome] == [Unavailable]
    await engine.dispose()


async def test_an_error_undoes_the_whole_transaction(sessions: Sessions) -> None:
    kept = Team(name="kept")

    async def add_both() -> None:
        async with transaction(sessions) as session:
            session.add(kept)
            await session.flush()
            session.add(Team(name="  "))

    with pytest.raises(IntegrityError):
        await add_both()
    async with transaction(sessions) as session:
        assert await session.get(Team, kept.id) is None


async def test_errors_do_not_repeat_what_was_to_be_written(sessions: Sessions) -> None:
    with pytest.raises(IntegrityError) as refused:
        async with transaction(sessions) as session:
            session.add(Team(name=" ", description="private words"))
    assert "parameters hidden" in str(refused.value)
    assert "private words" not in str(refused.value)
