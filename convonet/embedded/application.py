"""Our own processes under the supervisor: the API and the two workers."""

import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final

from pydantic import SecretStr

import convonet
from convonet.embedded.probe import http
from convonet.embedded.program import Program
from convonet.settings import Settings

API: Final = "api"
WORKERS: Final = ("voice", "conversation")
_ALIVE: Final = 200
_ALONE: Final = {"CONVONET_PROMOTE": "true", "CONVONET_DRAIN_S": "1.5"}
"""There is one worker of each kind: nobody else could take calls over, and while it drains
nobody decides anything."""


def programs(settings: Settings, env: Mapping[str, str]) -> list[Program]:
    """Return the API and the workers; `env` tells them where the servers are."""
    version = _version(settings)
    alone = _ALONE if settings.temporal_address is None else {}

    async def api_answers() -> bool:
        status, _ = await http(*api_address(settings), "/healthz")
        return status == _ALIVE

    async def worker_answers() -> bool:
        return True  # Nobody can ask it; /readyz of the API tells whether it takes work.

    def program(name: str, *command: str) -> Program:
        return Program(
            name=name,
            argv=(sys.executable, "-m", "convonet", *command),
            answers=api_answers if name == API else worker_answers,
            env={**alone, **env, "PYTHONUNBUFFERED": "1"},
            ours=True,
            stops_first=True,
            stands_by=settings.convonet_standby,
            stop_within_s=12,  # the API says farewell for 7 s, a worker ends its activities in 10 s
            start_within_s=60,
            configuration=version,
        )

    workers = (program(f"{kind}-worker", "worker", kind) for kind in WORKERS)
    return [program(API, API), *workers]


def api_address(settings: Settings) -> tuple[str, int]:
    """Return host and port under which this machine reaches the API."""
    everywhere = settings.convonet_host in ("0.0.0.0", "::")  # noqa: S104
    return "127.0.0.1" if everywhere else settings.convonet_host, settings.convonet_port


async def all_ready(settings: Settings) -> bool:
    """Tell whether the API reaches the database, Redis, Temporal and workers of both kinds."""
    status, _ = await http(*api_address(settings), "/readyz")
    return status == _ALIVE


def _version(settings: Settings) -> str:
    """Change with every setting and every line of code, so that nothing outdated is adopted."""
    root = Path(convonet.__file__).parents[1]
    packages = ("convonet", "temporal", "workflows", "activities", "workers", "api")
    newest = max(
        file.stat().st_mtime_ns for name in packages for file in (root / name).rglob("*.py")
    )
    values = {
        name: value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        for name, value in settings
    }
    return sha256(f"{newest} {sorted(values.items())}".encode()).hexdigest()
