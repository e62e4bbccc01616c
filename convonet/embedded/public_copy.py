"""Executables where an unprivileged user can run them, when root's own folders are private."""

import os
import shutil
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Final

from convonet.embedded.binaries import Postgres
from convonet.errors import CannotStart

_PLACES: Final = ("/var/lib", "/var/tmp", "/tmp")  # noqa: S108


def reachable(path: Path, user: int) -> bool:
    """Tell whether `user` may walk to `path`; membership in groups is not considered."""
    return all(
        folder.stat().st_mode & (0o100 if folder.stat().st_uid == user else 0o001)
        for folder in path.resolve().parents
    )


def publish(found: Postgres, user: int) -> Postgres:
    """Return an installation `user` can run: `found` itself, or a copy of it made once.

    Only for root. A copy is taken for ours only when root alone can have written it.

    Raises:
        CannotStart: there is no place for a copy.
    """
    if reachable(found.folder / "postgres", user):
        return found
    source = f"{found.root} {found.version} {found.folder.stat().st_mtime_ns}"
    name = f"convonet-postgres-{sha256(source.encode()).hexdigest()[:16]}"
    for place in map(Path, _PLACES):
        copy = place / name
        if (_is_ours(copy) or _copy(found.root, copy)) and reachable(copy, user):
            root = copy / found.root.name
            return Postgres(root / found.folder.relative_to(found.root), root, found.version)
    raise CannotStart(
        f"{found.root} is in a private folder and cannot be copied to {', '.join(_PLACES)}: "
        "put the project elsewhere, or do not run as root"
    )


def _is_ours(copy: Path) -> bool:
    try:
        status = copy.lstat()
    except FileNotFoundError:
        return False
    return status.st_uid == 0 and not status.st_mode & 0o022 and copy.is_dir()


def _copy(root: Path, copy: Path) -> bool:
    """Copy an installation and the libraries beside it; False where that is not possible."""
    try:
        draft = Path(tempfile.mkdtemp(prefix=f"{copy.name}.", dir=copy.parent))
    except OSError:
        return False
    try:
        libraries = root.with_name(f"{root.name}.libs")
        for source in (root, libraries):
            if source.is_dir():
                shutil.copytree(source, draft / source.name, symlinks=True)
        draft.chmod(0o755)
        os.rename(draft, copy)  # Whole or not at all; refused when somebody was first.
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)
        return _is_ours(copy)
    return True
