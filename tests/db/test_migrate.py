import asyncio

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from convonet.db.engine import create_engine
from convonet.db.migrate import pending, upgrade
from convonet.db.models import Table


def differences(connection: Connection) -> object:
    context = MigrationContext.configure(connection, opts={"compare_server_default": True})
    return compare_metadata(context, Table.metadata)


async def test_an_empty_database_is_behind_until_it_is_upgraded(empty_database_url: str) -> None:
    assert await pending(empty_database_url)
    await upgrade(empty_database_url)
    assert not await pending(empty_database_url)


async def test_several_may_upgrade_at_once(empty_database_url: str) -> None:
    await asyncio.gather(*(upgrade(empty_database_url) for _ in range(4)))
    assert not await pending(empty_database_url)


async def test_the_migrations_make_exactly_the_tables_of_the_models(
    empty_database_url: str,
) -> None:
    await upgrade(empty_database_url)
    engine = create_engine(empty_database_url)
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()
