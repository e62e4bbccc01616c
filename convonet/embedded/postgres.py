"""PostgreSQL on loopback: makes the data directory, and says how to run a server on it.

PostgreSQL refuses to run as root, so under root it runs as `nobody`, who cannot walk through
private folders. Nothing is opened up for that: the server is started *inside* its data directory
and names it `/proc/self/cwd`, and its executables are copied to a public place when need be.
"""

import asyncio
import os
import shutil
import subprocess
from asyncio.subprocess import PIPE, STDOUT
from pathlib import Path
from signal import SIGINT
from typing import Final

import psutil
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from convonet.db.engine import database_address
from convonet.embedded import binaries
from convonet.embedded.home import Home, write_private
from convonet.embedded.program import Program, inherited
from convonet.embedded.public_copy import publish, reachable
from convonet.errors import CannotStart

NAME: Final = "postgres"
NOBODY: Final = 65_534
_ROLE: Final = "convonet"
_INITDB_LIMIT_S: Final = 120
_CONNECTED: Final = "00000"
_NO_SUCH_DATABASE: Final = "3D000"
_DENIED: Final = "28P01"
_SETTINGS: Final = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
}
_FAST: Final = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def url(port: int, password: str) -> str:
    """Return the DATABASE_URL of the embedded server."""
    return f"postgresql://{_ROLE}:{password}@127.0.0.1:{port}/convonet"


async def program(home: Home, port: int, password: str, *, durable: bool = True) -> Program:
    """Return how to run the server; its data directory is made first when there is none.

    `durable` off is for tests: what a power cut would lose is not waited for.

    Raises:
        CannotStart: no PostgreSQL, one of the wrong major version, or `initdb` failed.
    """
    parent = home.folder(NAME, 0o711)
    data = parent / "data"
    user = NOBODY if os.geteuid() == 0 else None
    found = await asyncio.to_thread(_installation, data)
    if user is not None:
        found = await asyncio.to_thread(publish, found, user)
    if not data.exists():
        await _initialise(found, parent, user, password, durable=durable)
    settings = {**_SETTINGS, "port": str(port), "cluster_name": f"convonet-{home.id}"}
    settings |= {} if durable else _FAST
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]

    async def answers() -> bool:
        return await _answers(url(port, password))

    return Program(
        name=NAME,
        argv=(str(found.folder / "postgres"), "-D", _seen_from_inside(data, user), *options),
        answers=answers,
        cwd=data,
        user=user,
        stop_signal=SIGINT,  # "fast": ends sessions, keeps everything committed
        stop_within_s=20,
        start_within_s=60,  # after a crash the log is replayed first
        clear=lambda: _forget_dead(data / "postmaster.pid"),
        configuration=found.version,
    )


def _forget_dead(lock: Path) -> None:
    """Remove the lock file of a server that has ended, but whose number is still taken.

    PostgreSQL takes any process of that number for the running server, also one that waits for its
    parent to learn of its end: without an init process that cares, for ever. What shares the
    data is still found out by the server itself, by its shared memory.
    """
    try:
        pid = int(lock.read_text(encoding="ascii").split("\n", 1)[0])
        ended = psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except (OSError, ValueError, psutil.Error):
        return
    if ended:
        lock.unlink(missing_ok=True)


def _installation(data: Path) -> binaries.Postgres:
    version = data / "PG_VERSION"
    if not data.exists():
        return binaries.postgres()
    if not version.is_file():
        raise CannotStart(f"{data} is not a PostgreSQL data directory: start with a new home")
    return binaries.postgres(version.read_text(encoding="ascii").strip())


def _seen_from_inside(data: Path, user: int | None) -> str:
    inside = Path("/proc/self/cwd")
    if user is None or reachable(data, user):
        return str(data)
    if not inside.exists():
        raise CannotStart(
            f"{data} cannot be reached by the user {user} that PostgreSQL runs as when we are "
            "root: set CONVONET_HOME to a folder outside private ones, or do not run as root"
        )
    return str(inside)


async def _initialise(
    found: binaries.Postgres, parent: Path, user: int | None, password: str, *, durable: bool
) -> None:
    """Make the data directory, whole or not at all."""
    draft = parent / "data.new"
    key = parent / "initdb.key"
    await asyncio.to_thread(shutil.rmtree, draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    write_private(key, password)
    if user is not None:
        for path in (draft, key):
            os.chown(path, user, user)
    argv = [
        *(str(found.folder / "initdb"), "-D", _seen_from_inside(draft, user), "-U", _ROLE),
        *("-A", "scram-sha-256", f"--pwfile=../{key.name}", "-E", "UTF8"),
        *("--locale=C", "--locale-provider=libc", *(() if durable else ("--no-sync",))),
    ]
    try:
        await _run(argv, draft, user)
    finally:
        key.unlink(missing_ok=True)
    draft.rename(parent / "data")


async def _run(argv: list[str], cwd: Path, user: int | None) -> None:
    groups: list[str | int] | None = None if user is None else []
    child = await asyncio.create_subprocess_exec(
        *argv,
        cwd=cwd,
        env=inherited(ours=False),
        user=user,
        group=user,
        extra_groups=groups,
        stdin=subprocess.DEVNULL,
        stdout=PIPE,
        stderr=STDOUT,
    )
    try:
        async with asyncio.timeout(_INITDB_LIMIT_S):
            output, _ = await child.communicate()
    except BaseException:
        child.kill()
        await child.wait()
        raise
    if child.returncode:
        lines = [line for line in output.decode(errors="replace").splitlines() if line.strip()]
        fault = next((line for line in lines if "error:" in line or "FATAL" in line), lines[-1])
        raise CannotStart(f"initdb failed: {fault.strip()[:300]}")


async def _answers(address: str) -> bool:
    """Tell whether the database can be used; it is created when the server is new."""
    state = await _connect(address)
    if state == _NO_SUCH_DATABASE:
        state = await _connect(address.rsplit("/", 1)[0] + "/postgres", "CREATE DATABASE convonet")
    if state == _DENIED:
        raise CannotStart(
            "the database was made with another password: restore the file `secrets` of its "
            "CONVONET_HOME, or start with a new one"
        )
    return state == _CONNECTED


async def _connect(address: str, statement: str = "SELECT 1") -> str:
    """Carry out one statement and return the SQLSTATE; "" when nobody answers."""
    engine = create_async_engine(
        database_address(address),
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        connect_args={"timeout": 2},
    )
    try:
        async with engine.connect() as connection:
            await connection.execute(text(statement))
    except DBAPIError as error:
        return str(getattr(error.orig, "sqlstate", None) or "")
    except (OSError, TimeoutError):
        return ""
    return _CONNECTED
