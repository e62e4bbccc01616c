"""Brings the database's tables up to date."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from convonet.db.engine import answering, database_address

T = TypeVar("T")

_LOCK: Final = 0x636F6E766F  # any number, the same in every release
_LOCK_TIMEOUT_S: Final = 60


async def upgrade(database_url: str) -> None:
    """Bring the tables up to the newest revision, in one transaction. Safe to repeat.

    Several may start at once: one migrates, the others wait for it (up to a minute).

    Raises:
        Unavailable: the database cannot be reached, or somebody holds the lock too long.
    """
    await _on_connection(database_url, _upgrade)


async def pending(database_url: str) -> bool:
    """Tell whether `upgrade` would change anything.

    Raises:
        Unavailable: the database cannot be reached.
    """
    return await _on_connection(database_url, _is_behind)


async def _on_connection(database_url: str, do: Callable[[Connection], T]) -> T:
    # Its own engine: a migration may take longer than the pool's statement timeout allows.
    engine = create_async_engine(
        database_address(database_url), poolclass=NullPool, connect_args={"timeout": 5}
    )
    try:
        with answering():
            async with engine.begin() as connection:
                return await connection.run_sync(do)
    finally:
        await engine.dispose()


def _upgrade(connection: Connection) -> None:
    connection.execute(text(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT_S}s'"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _is_behind(connection: Connection) -> bool:
    applied = MigrationContext.configure(connection).get_current_heads()
    return set(applied) != set(ScriptDirectory.from_config(_config()).get_heads())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
