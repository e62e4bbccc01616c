"""Which code a worker runs, as Temporal is told."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from temporalio.common import WorkerDeploymentVersion
from temporalio.worker import WorkerDeploymentConfig

DEPLOYMENT: Final = "convonet"

_PACKAGES: Final = ("activities", "convonet", "temporal", "workers", "workflows")


@cache
def build_id() -> str:
    """Return a digest of our own code: different where any line of it is."""
    root = Path(__file__).parents[1]
    digest = sha256()
    for package in _PACKAGES:
        for file in sorted((root / package).rglob("*.py")):
            digest.update(file.relative_to(root).as_posix().encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def deployment() -> WorkerDeploymentConfig:
    """Return what a worker says of itself.

    Left to itself, the SDK compiles every imported module again to find a build id: seconds in
    which a worker that was restarted in the middle of a call does nothing.
    """
    version = WorkerDeploymentVersion(deployment_name=DEPLOYMENT, build_id=build_id())
    return WorkerDeploymentConfig(version=version, use_worker_versioning=False)
