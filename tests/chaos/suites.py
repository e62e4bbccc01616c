"""Which cases there are, and the Convonet each group of them needs."""

import tempfile
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.chaos import freezing, harming, providers, starving
from tests.chaos.cells import Mode
from tests.chaos.harming import Cell
from tests.chaos.second import two_of_each
from tests.chaos.stages import Stage, stage

Ground = Callable[[Mode], AbstractAsyncContextManager[Stage]]
"""Starts a Convonet of a mode."""


@asynccontextmanager
async def plain(mode: Mode) -> AsyncGenerator[Stage]:
    """Start a Convonet as people start it."""
    with tempfile.TemporaryDirectory(prefix="convonet-chaos-") as folder:
        async with stage(mode, Path(folder)) as ground:
            yield ground


@asynccontextmanager
async def _as_it_is(stage: Stage) -> AsyncGenerator[None]:
    del stage
    yield


@asynccontextmanager
async def _two_of_each(stage: Stage) -> AsyncGenerator[None]:
    async with two_of_each(stage.ground) as second:
        stage.second = second
        try:
            yield
        finally:
            stage.second = None


def _nothing() -> str:
    return ""


@dataclass(frozen=True)
class Suite:
    """A group of cases."""

    name: str
    modes: tuple[Mode, ...]
    cells: list[Cell]
    ground: Ground = plain
    around: Callable[[Stage], AbstractAsyncContextManager[None]] = _as_it_is
    """What the Convonet gets for as long as these cases last."""
    lacks: Callable[[], str] = _nothing
    """Tells what this machine lacks for them; empty when nothing."""


_ONE = (Mode.PROVIDERS,)
SUITES = (
    Suite("deaths", tuple(Mode), harming.deaths()),
    Suite("frozen", _ONE, freezing.alone()),
    Suite("providers", _ONE, providers.troubles()),
    Suite("pairs", _ONE, freezing.one_of_two(), around=_two_of_each),
    Suite(
        "clock", _ONE, starving.clock_jumps(), starving.by_our_clock, lacks=starving.no_fake_clock
    ),
    Suite("disk", _ONE, starving.full_disk(), starving.on_small_disk, lacks=starving.no_small_disk),
)
