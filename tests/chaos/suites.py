"""Which cases there are, and the Convonet each group of them needs."""

import tempfile
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.chaos import freezing, harming, providers, starving
from tests.chaos.cells import Mode
from tests.chaos.harming import Cell
from tests.chaos.stages import Stage, stage

Set = tuple[Stage, list[Cell]]
"""A Convonet that runs, and what is to be done to it; no cases where that cannot be done here."""


@dataclass(frozen=True)
class Suite:
    """A group of cases on one Convonet."""

    name: str
    modes: tuple[Mode, ...]
    open: Callable[[Mode], AbstractAsyncContextManager[Set | None]]


@asynccontextmanager
async def _deaths(mode: Mode) -> AsyncGenerator[Set]:
    async with _running(mode) as stage:
        yield stage, harming.deaths()


@asynccontextmanager
async def _frozen(mode: Mode) -> AsyncGenerator[Set]:
    async with _running(mode) as stage:
        yield stage, freezing.alone()


@asynccontextmanager
async def _pairs(mode: Mode) -> AsyncGenerator[Set]:
    async with _running(mode) as stage, freezing.two_of_each(stage.ground) as second:
        yield stage, freezing.one_of_two(second)


@asynccontextmanager
async def _providers(mode: Mode) -> AsyncGenerator[Set]:
    async with _running(mode) as stage:
        yield stage, providers.troubles()


@asynccontextmanager
async def _disk(mode: Mode) -> AsyncGenerator[Set | None]:
    with _folder() as folder, starving.small_disk(folder / "disk") as disk:
        if disk is None:
            yield None
            return
        async with stage(mode, disk) as ground:
            yield ground, starving.full_disk(disk)


@asynccontextmanager
async def _clock(mode: Mode) -> AsyncGenerator[Set | None]:
    with _folder() as folder:
        environment = starving.fake_clock(folder)
        if environment is None:
            yield None
            return
        async with stage(mode, folder, environment) as ground:
            yield ground, starving.clock_jumps(folder)


@asynccontextmanager
async def _running(mode: Mode) -> AsyncGenerator[Stage]:
    with _folder() as folder:
        async with stage(mode, folder) as ground:
            yield ground


@contextmanager
def _folder() -> Generator[Path]:
    with tempfile.TemporaryDirectory(prefix="convonet-chaos-") as folder:
        yield Path(folder)


_ONE = (Mode.PROVIDERS,)
SUITES = (
    Suite("deaths", tuple(Mode), _deaths),
    Suite("frozen", _ONE, _frozen),
    Suite("pairs", _ONE, _pairs),
    Suite("providers", _ONE, _providers),
    Suite("disk", _ONE, _disk),
    Suite("clock", _ONE, _clock),
)
