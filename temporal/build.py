"""Which code a worker runs, as Temporal is told."""

from hashlib import sha256
from pathlib import Path
from typing import Final

from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import WorkerDeploymentConfig

DEPLOYMENT: Final = "convonet"

DECIDING: Final = (
    "workflows",
    "activities",
    "temporal",
    "convonet/contracts",
    "convonet/errors.py",
    "convonet/ids.py",
)
"""What a workflow's decisions depend on. Changing anything else makes no new build: calls that
are under way get it from the next worker that serves them."""


def digest(root: Path) -> str:
    """Return the build id of the code in a checkout."""
    found = sha256()
    for part in DECIDING:
        place = root / part
        for file in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            found.update(file.relative_to(root).as_posix().encode())
            found.update(file.read_bytes())
    return found.hexdigest()[:16]


BUILD: Final = digest(Path(__file__).parents[1])
"""Our build id. Taken while the code itself is loaded: a spare that has stood by while the files
were replaced must not pass for the new build."""


def pinned() -> WorkerDeploymentConfig:
    """Return what a worker of workflows says of itself: it serves the calls of its build.

    A call stays with the build it began on, so that no deploy has other code replay it.
    """
    return WorkerDeploymentConfig(
        version=_version(),
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.PINNED,
    )


def unpinned() -> WorkerDeploymentConfig:
    """Return what a worker says of itself that serves the calls of every build.

    Left to itself, the SDK compiles every imported module again to find a build id: seconds in
    which a worker that was restarted in the middle of a call does nothing.
    """
    return WorkerDeploymentConfig(version=_version(), use_worker_versioning=False)


def _version() -> WorkerDeploymentVersion:
    return WorkerDeploymentVersion(deployment_name=DEPLOYMENT, build_id=BUILD)
