"""Convonet, whole, as `convonet up` starts it."""

import os
import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import accounting, delays
from benchmarks.fakes.servers import Fakes
from benchmarks.programs import Cores, answers, running, wait_until
from convonet.embedded import ports
from tests.embedded.instance import ADMISSION, PORTS

PARTS = (
    "api",
    "voice-worker",
    "conversation-worker",
    "temporal",
    "valkey",
    "postgres",
    "supervisor",
    "spares",
)
SERVERS = ("temporal", "valkey", "postgres")
_NOT_OURS = ("DATABASE_URL", "REDIS_URL", "TEMPORAL_ADDRESS", "SENTRY_DSN", "PUBLIC_URL")
_START_S = 180.0


@dataclass(frozen=True)
class RunningConvonet:
    """A Convonet that takes calls."""

    home: Path
    env: dict[str, str]

    @property
    def url(self) -> str:
        """Its `/voice`."""
        return f"ws://127.0.0.1:{self.env['CONVONET_PORT']}/voice"

    @property
    def temporal_address(self) -> str:
        """Where its Temporal server answers."""
        return f"127.0.0.1:{self.env['CONVONET_TEMPORAL_PORT']}"

    def parts(self) -> dict[str, list[int]]:
        """Return the process ids of each part, now."""
        # Everything is the supervisor's child; what has no name of its own are the loaded spares.
        supervisor, *children = accounting.family(self._pid("supervisor"))
        own = [name for name in PARTS if name not in ("supervisor", "spares")]
        parts = {name: accounting.family(self._pid(name)) for name in own}
        named = {pid for pids in parts.values() for pid in pids}
        spares = [pid for pid in children if pid not in named]
        return parts | {"supervisor": [supervisor], "spares": spares}

    def kill(self, part: str) -> None:
        """`kill -9` a part; the supervisor restarts it."""
        os.kill(self._pid(part), signal.SIGKILL)

    def _pid(self, part: str) -> int:
        return int((self.home / "run" / f"{part}.pid").read_text())


@dataclass(frozen=True)
class ConvonetSide:
    """Convonet on the fake providers, or on its own models when there are none."""

    folder: Path
    fakes: Fakes | None
    name: str = "convonet"

    @contextmanager
    def up(self, cores: Cores) -> Generator[RunningConvonet]:
        """Run it on some cores until the end of the block; its home outlives it."""
        home = self.folder / "home"
        env = {name: str(port) for name, port in ports.free(PORTS).items()}
        env |= dict.fromkeys(_NOT_OURS, "")
        env |= dict.fromkeys(ADMISSION, "1000")  # It is to be seen past saturation too.
        env |= {"CONVONET_HOME": str(home), "CONVONET_LOG_LEVEL": "WARNING", **self._providers()}
        command = [sys.executable, "-m", "convonet", "up"]
        log = self.folder / "convonet.log"
        with running(command, cores, log, env, signal.SIGINT):
            ready = f"http://127.0.0.1:{env['CONVONET_PORT']}/readyz"
            wait_until(lambda: answers(ready), _START_S, f"Convonet does not start; see {log}")
            yield RunningConvonet(home, env)

    def _providers(self) -> dict[str, str]:
        names = ("ANTHROPIC", "DEEPGRAM")
        if self.fakes is None:
            return {f"{name}_API_KEY": "" for name in names}
        urls = {"ANTHROPIC": self.fakes.anthropic, "DEEPGRAM": self.fakes.deepgram}
        keys = {f"{name}_API_KEY": delays.KEY for name in names}
        return keys | {f"{name}_BASE_URL": urls[name] for name in names}
