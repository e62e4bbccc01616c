"""What the machine takes away: the disk, the clock."""

import asyncio
import shutil
import subprocess
import tempfile
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from glob import glob
from pathlib import Path

from tests.chaos.cells import OURS_LIMIT_S, SERVER_LIMIT_S, Harm, Mode, Moment, Victim
from tests.chaos.harming import Blow, Cell
from tests.chaos.stages import Stage, stage

DISK_MB = 400
FULL_S = 4.0
JUMPS_S = (3_600, -3_600)
_FAKETIME = "/usr/lib/*/faketime/libfaketime.so.1"
_MB = bytes(1_000_000)


@asynccontextmanager
async def on_small_disk(mode: Mode) -> AsyncGenerator[Stage]:
    """Start a Convonet whose disk is small, and ours to fill."""
    with tempfile.TemporaryDirectory(prefix="convonet-chaos-") as name:
        folder = Path(name)
        with _small_disk(folder):
            async with stage(mode, folder) as ground:
                yield ground


@asynccontextmanager
async def by_our_clock(mode: Mode) -> AsyncGenerator[Stage]:
    """Start a Convonet whose processes see the time that we say it is."""
    with tempfile.TemporaryDirectory(prefix="convonet-chaos-") as name:
        folder = Path(name)
        async with stage(mode, folder, _fake_clock(folder)) as ground:
            yield ground


@contextmanager
def _small_disk(folder: Path) -> Generator[bool]:
    """Mount a disk that is soon full over `folder`; False where that is not ours to do."""
    mounted = _mount(folder)
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run([shutil.which("umount") or "umount", "-l", str(folder)], check=True)  # noqa: S603


def _mount(folder: Path) -> bool:
    mount = shutil.which("mount")
    options = ["-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(folder)]
    return (
        mount is not None
        and not subprocess.run(  # noqa: S603
            [mount, *options], capture_output=True, check=False
        ).returncode
    )


@cache
def no_small_disk() -> str:
    """Return why no disk can be filled here; empty when one can."""
    with tempfile.TemporaryDirectory() as folder, _small_disk(Path(folder)) as mounted:
        return "" if mounted else "a disk that may fill up needs a tmpfs, and to mount one, root"


def full_disk() -> list[Cell]:
    """Return cases in which the disk is full for some seconds."""

    def fill(stage: Stage, harm: Harm, moment: Moment) -> Blow:
        ballast = stage.folder / "ballast"

        async def do(call_id: str) -> None:
            del call_id
            await asyncio.to_thread(_fill, ballast)

        async def undo() -> None:
            ballast.unlink()

        return Blow(stage.ground, harm, moment, do, undo)

    harm = Harm("disk full", Victim.POSTGRES, SERVER_LIMIT_S, from_back=True, lasts_s=FULL_S)
    return [Cell(harm, moment, fill) for moment in Moment]


def _fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(_MB)
        except OSError:
            return


def no_fake_clock() -> str:
    """Return why the clock cannot be turned here; empty when it can."""
    return "" if glob(_FAKETIME) else "turning the clock needs libfaketime (Debian, Ubuntu)"


def _fake_clock(folder: Path) -> dict[str, str]:
    library = next(iter(glob(_FAKETIME)), None)
    if library is None:
        return {}
    _set_clock(folder, 0)
    return {
        "LD_PRELOAD": library,
        "FAKETIME_TIMESTAMP_FILE": str(folder / "clock"),
        # Read anew with every call, it makes other calls fail in processes of many threads.
        "FAKETIME_CACHE_DURATION": "1",
        "DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


def _set_clock(folder: Path, seconds: int) -> None:
    draft = folder / "clock.new"
    draft.write_text(f"{seconds:+d}s\n")
    draft.replace(folder / "clock")


def clock_jumps() -> list[Cell]:
    """Return cases in which the wall clock of our processes jumps by an hour, forward or back.

    The servers keep their time: one of them ignores the library that turns it.
    """

    def by(seconds: int) -> list[Cell]:
        def jump(stage: Stage, harm: Harm, moment: Moment) -> Blow:
            async def do(call_id: str) -> None:
                del call_id
                _set_clock(stage.folder, seconds)

            async def undo() -> None:
                _set_clock(stage.folder, 0)

            return Blow(stage.ground, harm, moment, do, undo)

        harm = Harm(f"clock {seconds:+d} s", Victim.API, OURS_LIMIT_S, lasts_s=12.0)
        return [Cell(harm, moment, jump) for moment in Moment]

    return [cell for seconds in JUMPS_S for cell in by(seconds)]
