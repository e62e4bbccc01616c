"""`python -m tests.chaos`: harm every part of Convonet at every moment of a call, and look."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from tests.chaos import matrix
from tests.chaos.cells import Mode
from tests.chaos.harming import Cell
from tests.chaos.showing import Show
from tests.chaos.suites import SUITES, Ground, Suite


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--mode", choices=[*Mode, "both"], default="both")
    names = [suite.name for suite in SUITES]
    parser.add_argument("--suite", action="append", choices=names, help="only these; repeatable")
    parser.add_argument("--only", action="append", default=[], metavar="HARM,MOMENT")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every case there")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the tables there")
    parser.add_argument("--traces", type=Path, metavar="FOLDER", help="keep what bad calls got")
    return parser.parse_args()


def _chosen(options: argparse.Namespace) -> list[Suite]:
    return [
        replace(suite, cells=cells)
        for suite in SUITES
        if options.suite is None or suite.name in options.suite
        if (cells := _fitting(suite.cells, options.only) * options.rounds)
    ]


def _fitting(cells: list[Cell], only: list[str]) -> list[Cell]:
    wanted = [[part.strip() for part in one.split(",")] for one in only]
    return [
        cell
        for cell in cells
        if not wanted or any(all(_fits(part, cell) for part in parts) for parts in wanted)
    ]


def _fits(part: str, cell: Cell) -> bool:
    return part in {cell.harm.name, cell.moment.value, cell.moment.name.lower()}


def _plan(suites: list[Suite], modes: list[Mode]) -> Generator[tuple[Ground, Mode, list[Suite]]]:
    """Yield each Convonet that is to be started and what is done to it."""
    for ground in dict.fromkeys(suite.ground for suite in suites):
        for mode in modes:
            here = [one for one in suites if one.ground is ground and mode in one.modes]
            if here:
                yield ground, mode, here


async def _run(options: argparse.Namespace) -> bool:
    modes = list(Mode) if options.mode == "both" else [Mode(options.mode)]
    with Show(options.json, options.markdown, options.traces) as show:
        suites = [suite for suite in _chosen(options) if not _lacks(suite, show)]
        for suite in suites:
            for mode in modes:
                if mode in suite.modes:
                    show.expect(mode, suite.cells)
        for ground, mode, here in _plan(suites, modes):
            await _try_ground(ground, mode, here, show)
        return show.verdict()


def _lacks(suite: Suite, show: Show) -> bool:
    lacking = suite.lacks()
    if lacking:
        show.skip(f"{suite.name}: left out, {lacking}")
    return bool(lacking)


async def _try_ground(ground: Ground, mode: Mode, suites: list[Suite], show: Show) -> None:
    try:
        await _run_ground(ground, mode, suites, show)
    except matrix.BROKEN as error:
        names = ", ".join(suite.name for suite in suites)
        show.broken(f"{names}, {mode.value}: {type(error).__name__} {error}")


async def _run_ground(ground: Ground, mode: Mode, suites: list[Suite], show: Show) -> None:
    show.tell(f"{mode.value}: starting")
    async with ground(mode) as stage:
        show.tell(f"{mode.value}: calls without harm, to compare with")
        usual = await matrix.baseline(stage, show.unharmed)
        for suite in suites:
            async with suite.around(stage):
                await matrix.run(stage, usual, suite.cells, show)


if __name__ == "__main__":
    # Asked to stop in whatever way, it leaves nothing running.
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, signal.default_int_handler)
    try:
        sys.exit(0 if asyncio.run(_run(_arguments())) else 1)
    except KeyboardInterrupt:
        Console().print("stopped")
        sys.exit(130)
