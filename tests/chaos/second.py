"""A further worker of each kind, beside those of the supervisor."""

import asyncio
import subprocess
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from convonet.embedded.addresses import known
from tests.calls.placing import Ground
from tests.chaos.addresses import settings_of
from tests.chaos.cells import Victim

WORKERS = (Victim.VOICE, Victim.CONVERSATION)


class Second:
    """The second workers of a running Convonet."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._workers: dict[Victim, subprocess.Popen[bytes]] = {}

    async def start(self, part: Victim) -> None:
        """Start it unless it runs; return when it can work."""
        worker = self._workers.get(part)
        if worker is not None and worker.poll() is None:
            return
        log = self._ground.instance.home / "logs" / f"second-{part.value}.log"
        self._workers[part] = self._spawn(part, log)
        async with asyncio.timeout(90):
            while "can run here" not in log.read_text():  # noqa: ASYNC110
                await asyncio.sleep(0.1)

    def _spawn(self, part: Victim, log: Path) -> "subprocess.Popen[bytes]":
        instance = self._ground.instance
        with log.open("wb") as output:
            return subprocess.Popen(  # noqa: S603
                [*instance.command[:3], "worker", part.value.removesuffix("-worker")],
                env={**instance.env, **known(settings_of(self._ground))},
                cwd=instance.home.parent,
                stdout=output,
                stderr=output,
            )

    def end(self) -> None:
        for worker in self._workers.values():
            worker.kill()
            worker.wait()


@asynccontextmanager
async def two_of_each(ground: Ground) -> AsyncGenerator[Second]:
    """Run two workers of each kind for as long as the block runs."""
    second = Second(ground)
    try:
        for part in WORKERS:
            await second.start(part)
        yield second
    finally:
        second.end()
