"""CONVONET_HOME: the one folder in which an instance keeps its data, secrets, ports and logs."""

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Collection, Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from errno import EDQUOT, ENOSPC, ENOTDIR, EROFS
from hashlib import sha256
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from convonet.embedded import ports
from convonet.errors import CannotStart

LAYOUT: Final = 1
"""Raised when an older release could not use what this one keeps here."""

NEEDED_MB: Final = 300
"""Free space below which a start would end with a half-made database."""

_MARKER: Final = "convonet.json"
_PORTS_FILE: Final = "ports.json"
_PORTS: Final = TypeAdapter(dict[str, int])
_LAYOUT: Final = TypeAdapter(dict[str, int])


@dataclass(frozen=True)
class Secrets:
    """What the embedded parts authenticate each other with; made once per home."""

    postgres: str
    valkey: str
    jwt: str


@dataclass(frozen=True)
class Home:
    """The folders and small files of one instance. `claimed` gives one that is ours alone."""

    path: Path

    @property
    def id(self) -> str:
        """A short name of this home, to recognise its processes by."""
        return sha256(str(self.path).encode()).hexdigest()[:12]

    def folder(self, name: str, mode: int = 0o700) -> Path:
        """Return the folder `name` in this home, made when it is not there."""
        folder = self.path / name
        folder.mkdir(exist_ok=True)
        if folder.stat().st_mode & 0o777 != mode:
            folder.chmod(mode)
        return folder

    def pid_file(self, process: str) -> Path:
        """Return where the process id of `process` is kept."""
        return self.folder("run", 0o755) / f"{process}.pid"

    def keep_pid(self, process: str, pid: int) -> None:
        """Keep the process id of `process`; whoever reads it finds a whole one."""
        file = self.pid_file(process)
        draft = file.with_suffix(".new")
        draft.write_text(f"{pid}\n", encoding="ascii")
        draft.replace(file)

    def log_file(self, process: str) -> Path:
        """Return where `process` writes its log."""
        return self.folder("logs") / f"{process}.log"

    def pid(self, process: str) -> int | None:
        """Return the process id kept for `process`; whose it is now is for the reader to check."""
        try:
            return int(self.pid_file(process).read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return None

    def secrets(self) -> Secrets:
        """Return the passwords and keys of this home, made on first use.

        Raises:
            CannotStart: the file is damaged; a new one would lock us out of the database.
        """
        file = self.path / "secrets"
        if not file.exists():
            made = Secrets(*(secrets.token_urlsafe(33) for _ in range(3)))
            write_private(file, json.dumps(asdict(made)))
        try:
            return TypeAdapter(Secrets).validate_json(file.read_bytes())
        except ValidationError:
            raise CannotStart(f"{file} is damaged: restore it, or start with a new home") from None

    def ports(self, names: Collection[str], in_use: Collection[str]) -> dict[str, int]:
        """Return a port for each of `names`: the remembered one as long as it can be had.

        `in_use` names those whose server still runs on its port.
        """
        known = self.known_ports()
        kept = {
            name: port
            for name, port in known.items()
            if name in names and (name in in_use or ports.is_free("127.0.0.1", port))
        }
        chosen = kept | ports.free(name for name in names if name not in kept)
        if chosen != known:
            write_private(self.path / _PORTS_FILE, json.dumps(chosen))
        return chosen

    def known_ports(self) -> dict[str, int]:
        """Return the ports of the last start, empty before the first."""
        try:
            return _PORTS.validate_json((self.path / _PORTS_FILE).read_bytes())
        except (FileNotFoundError, ValidationError):
            return {}


@contextmanager
def claimed(path: Path) -> Generator[Home]:
    """Hold the home at `path`, made when it is not there, for as long as the block runs.

    Raises:
        CannotStart: somebody else's folder, not writable, no space, or in use by a supervisor.
    """
    with saying_why(path):
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = path.resolve()
        _check_ours(path)
        _check_space(path)
        lock = os.open(path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    home = Home(path)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = home.pid("supervisor")
            who = f"process {pid}" if pid else "another process"
            raise CannotStart(
                f"Convonet already runs on {path} ({who}): stop it first, or set CONVONET_HOME "
                "and the ports to run a second one"
            ) from None
        with saying_why(path):
            home.keep_pid("supervisor", os.getpid())
            yield home
        home.pid_file("supervisor").unlink(missing_ok=True)
    finally:
        os.close(lock)


@contextmanager
def saying_why(path: Path) -> Generator[None]:
    """Turn what a disk or a permission denies us into one line that says what to do."""
    try:
        yield
    except OSError as error:
        where = error.filename or path
        if error.errno in (ENOSPC, EDQUOT):
            why = f"the disk of {path} is full: free some space, or set CONVONET_HOME elsewhere"
        elif isinstance(error, PermissionError) or error.errno == EROFS:
            why = f"{where} cannot be written: set CONVONET_HOME to a folder of yours"
        elif isinstance(error, (FileExistsError, NotADirectoryError)) or error.errno == ENOTDIR:
            why = f"{where} is not a folder: set CONVONET_HOME to one"
        else:
            why = f"{where}: {error.strerror or error}: set CONVONET_HOME to another folder"
        raise CannotStart(why) from error


def write_private(file: Path, text: str) -> None:
    """Write `file` whole or not at all, readable by its owner only."""
    draft = file.with_name(file.name + ".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    draft.replace(file)


def _check_ours(path: Path) -> None:
    marker = path / _MARKER
    try:
        layout = _LAYOUT.validate_json(marker.read_bytes())["layout"]
    except FileNotFoundError:
        foreign = sorted({entry.name for entry in path.iterdir()} - {f"{_MARKER}.new"})
        if foreign:
            raise CannotStart(
                f"{path} is not a Convonet folder (it holds {', '.join(foreign[:3])}): set "
                "CONVONET_HOME to a new or empty folder"
            ) from None
        write_private(marker, json.dumps({"layout": LAYOUT}))
        return
    except (ValidationError, KeyError):
        raise CannotStart(f"{marker} is damaged: set CONVONET_HOME to a new folder") from None
    if layout > LAYOUT:
        raise CannotStart(f"{path} was made by a newer Convonet: update, or use another folder")


def _check_space(path: Path) -> None:
    free_mb = shutil.disk_usage(path).free // 1_000_000
    if free_mb < NEEDED_MB:
        raise CannotStart(
            f"the disk of {path} has {free_mb} MB left, {NEEDED_MB} MB are needed: free some "
            "space, or set CONVONET_HOME elsewhere"
        )
