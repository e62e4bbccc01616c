"""How Alembic reaches the database: `migrate.upgrade` hands in its connection."""

import asyncio

from alembic import context
from sqlalchemy import Connection

from convonet.db.engine import create_engine
from convonet.db.models import Table
from convonet.errors import SettingsError
from convonet.settings import settings


def run(connection: Connection) -> None:
    """Run the migrations Alembic was asked for on `connection`."""
    context.configure(connection=connection, target_metadata=Table.metadata)
    with context.begin_transaction():
        context.run_migrations()


async def run_on_the_configured_database() -> None:
    """Run them on DATABASE_URL: how a developer makes a new revision."""
    url = settings().database_url
    if url is None:
        raise SettingsError("DATABASE_URL: must be set to use alembic by hand")
    engine = create_engine(url.get_secret_value())
    async with engine.connect() as connection:
        await connection.run_sync(run)
        await connection.commit()
    await engine.dispose()


given: Connection | None = context.config.attributes.get("connection")
if given is None:
    asyncio.run(run_on_the_configured_database())
else:
    run(given)
