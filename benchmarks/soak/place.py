"""Where the calls are held: a whole Convonet on provider servers of ours."""

import asyncio
import json
import os
import random
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.delays import KEY
from benchmarks.programs import running
from benchmarks.sides.convonet import RunningConvonet
from tests.calls.placing import Ground
from tests.chaos import slow_server
from tests.chaos.cells import Mode
from tests.embedded.instance import Instance

_START_S: Final = 20.0
_TOOL_S: Final = 0.6


@dataclass
class Place:
    """A running Convonet, and what is known of all calls to it."""

    ground: Ground
    book: Path
    """Where the slow tool writes its effects, a line each."""
    random: random.Random
    exact: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """The answer to every utterance so far."""

    mode = Mode.PROVIDERS

    @property
    def processes(self) -> RunningConvonet:
        """Its processes."""
        return RunningConvonet(self.ground.instance.home, self.ground.instance.env)

    def number(self) -> int:
        """Return the number of the next utterance."""
        return len(self.exact)


@asynccontextmanager
async def open_place(
    folder: Path, seed: int, environment: Mapping[str, str]
) -> AsyncGenerator[Place]:
    """Start a Convonet and its providers in a folder, for as long as the block runs."""
    command = [sys.executable, "-m", "benchmarks.soak.providers"]
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    cores = tuple(os.sched_getaffinity(0))
    with running(command, cores, folder / "providers.log") as providers:
        addresses = json.loads(await asyncio.to_thread(providers.line, _START_S))
        instance = Instance(folder / "home")
        book = folder / "book.jsonl"
        instance.env |= {
            "ANTHROPIC_API_KEY": KEY,
            "ANTHROPIC_BASE_URL": addresses["anthropic"],
            "DEEPGRAM_API_KEY": KEY,
            "DEEPGRAM_BASE_URL": addresses["deepgram"],
            "CONVONET_MCP_CONFIG": str(_restaurant(folder, book)),
            **environment,
        }
        try:
            await asyncio.to_thread(instance.up)
            yield Place(Ground(instance), book, random.Random(seed))  # noqa: S311 - to be repeated
        finally:
            await asyncio.to_thread(instance.end)


def _restaurant(folder: Path, book: Path) -> Path:
    server = {
        "command": sys.executable,
        "args": [slow_server.__file__, str(book), str(_TOOL_S)],
        "env": {"PATH": os.environ.get("PATH", "")},
    }
    file = folder / "mcp_config.json"
    file.write_text(json.dumps({"mcpServers": {"restaurant": server}}))
    return file
