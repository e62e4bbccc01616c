"""What the machine takes away: the disk, the clock."""

import asyncio
import shutil
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from glob import glob
from pathlib import Path

from tests.chaos.cells import OURS_LIMIT_S, SERVER_LIMIT_S, Harm, Moment, Victim
from tests.chaos.harming import Blow, Cell
from tests.chaos.stages import Stage

DISK_MB = 1_200
FULL_S = 4.0
JUMPS_S = (3_600, -3_600)
_FAKETIME = "/usr/lib/*/faketime/libfaketime.so.1"
_MB = bytes(1_000_000)


@contextmanager
def small_disk(folder: Path) -> Generator[Path | None]:
    """Mount a disk that is soon full; None where that is not ours to do."""
    mount = shutil.which("mount")
    folder.mkdir()
    command = [mount or "", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(folder)]
    if mount is None or subprocess.run(command, capture_output=True, check=False).returncode:  # noqa: S603
        yield None
        return
    try:
        yield folder
    finally:
        subprocess.run([shutil.which("umount") or "umount", "-l", str(folder)], check=True)  # noqa: S603


def full_disk(disk: Path) -> list[Cell]:
    """Return cases in which the disk is full for some seconds."""
    ballast = disk / "ballast"

    def fill_disk() -> None:
        with ballast.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(_MB)
            except OSError:
                return

    def fill(stage: Stage, harm: Harm, moment: Moment) -> Blow:
        async def do(call_id: str) -> None:
            del call_id
            await asyncio.to_thread(fill_disk)

        async def undo() -> None:
            ballast.unlink()

        return Blow(stage.ground, harm, moment, do, undo)

    harm = Harm("disk full", Victim.POSTGRES, SERVER_LIMIT_S, from_back=True, lasts_s=FULL_S)
    return [Cell(harm, moment, fill) for moment in Moment]


def fake_clock(folder: Path) -> dict[str, str] | None:
    """Return what makes the wall clock of a Convonet ours; None without libfaketime."""
    library = next(iter(glob(_FAKETIME)), None)
    if library is None:
        return None
    _set_clock(folder, 0)
    return {
        "LD_PRELOAD": library,
        "FAKETIME_TIMESTAMP_FILE": str(folder / "clock"),
        "FAKETIME_NO_CACHE": "1",
        "DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


def _set_clock(folder: Path, seconds: int) -> None:
    draft = folder / "clock.new"
    draft.write_text(f"{seconds:+d}s\n")
    draft.replace(folder / "clock")


def clock_jumps(folder: Path) -> list[Cell]:
    """Return cases in which the wall clock jumps by an hour, forward or back."""

    def by(seconds: int) -> Cell:
        def jump(stage: Stage, harm: Harm, moment: Moment) -> Blow:
            async def do(call_id: str) -> None:
                del call_id
                _set_clock(folder, seconds)

            async def undo() -> None:
                _set_clock(folder, 0)

            return Blow(stage.ground, harm, moment, do, undo)

        harm = Harm(f"clock {seconds:+d} s", Victim.API, OURS_LIMIT_S, lasts_s=30.0)
        return Cell(harm, Moment.SPEAKING, jump)

    cells = [by(seconds) for seconds in JUMPS_S]
    return [Cell(cell.harm, moment, cell.blow) for cell in cells for moment in Moment]
