"""Connections to PostgreSQL, and the one owner of each transaction."""

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from convonet.errors import SettingsError, Unavailable

Sessions = async_sessionmaker[AsyncSession]

_DRIVERS: Final = ("postgres", "postgresql", "postgresql+asyncpg")
# SQLSTATE classes after which the same transaction may well succeed: connection lost, resources
# short, server going down or coming up, serialization failure or deadlock, lock not granted.
_PASSING: Final = ("08", "53", "57", "40", "55P03")


def database_address(url: str) -> URL:
    """Return `url` as SQLAlchemy wants it; `postgres://` and libpq's `sslmode` are understood.

    Raises:
        SettingsError: it does not name a PostgreSQL database. The URL is never shown.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise SettingsError("DATABASE_URL: not a database URL") from None
    if parsed.drivername not in _DRIVERS:
        raise SettingsError("DATABASE_URL: must begin with postgresql://")
    query = dict(parsed.query)
    if "sslmode" in query:
        query["ssl"] = query.pop("sslmode")
    return parsed.set(drivername="postgresql+asyncpg", query=query)


def create_engine(
    url: str, *, pool_size: int = 10, connect_timeout_s: float = 3, statement_timeout_s: float = 5
) -> AsyncEngine:
    """Return a pool of connections; none is opened yet. The caller disposes of it."""
    return create_async_engine(
        database_address(url),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=connect_timeout_s,
        pool_pre_ping=True,
        # Errors reach logs, reports and histories; what people say and hashes of PINs must not.
        hide_parameters=True,
        connect_args={
            "timeout": connect_timeout_s,
            "command_timeout": statement_timeout_s + 1,
            "server_settings": {
                "application_name": "convonet",
                "statement_timeout": str(int(statement_timeout_s * 1000)),
                "idle_in_transaction_session_timeout": "60000",
            },
        },
    )


def sessionmaker(engine: AsyncEngine) -> Sessions:
    """Return what opens sessions on `engine`."""
    return async_sessionmaker(engine, expire_on_commit=False)


@asynccontextmanager
async def transaction(sessions: Sessions) -> AsyncGenerator[AsyncSession]:
    """Open a session whose work is committed at the end, or undone on any error.

    This is the only place that commits. Query functions take the session and flush at most.

    Raises:
        Unavailable: the database cannot be reached, or gave up for a passing reason.
    """
    with answering():
        async with sessions.begin() as session:
            yield session


@contextmanager
def answering() -> Generator[None]:
    """Turn "the database does not answer" into `Unavailable`; let every other error pass."""
    try:
        yield
    except DBAPIError as error:
        if _is_passing(error):
            raise Unavailable("the database does not answer") from error
        raise
    except (PoolTimeout, OSError) as error:
        # A refused or timed-out connection attempt reaches us as the socket's own error.
        raise Unavailable("the database does not answer") from error


def _is_passing(error: DBAPIError) -> bool:
    state: object = getattr(error.orig, "sqlstate", None)
    if isinstance(state, str):
        return state.startswith(_PASSING)
    return error.connection_invalidated or isinstance(error, InterfaceError)
