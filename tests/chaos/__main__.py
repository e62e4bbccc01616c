"""`python -m tests.chaos`: harm every part of Convonet at every moment of a call, and look."""

import argparse
import asyncio
import sys
from pathlib import Path

from rich.console import Console

from tests.chaos import matrix
from tests.chaos.cells import Mode
from tests.chaos.harming import Cell
from tests.chaos.showing import Show
from tests.chaos.suites import SUITES, Suite


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--mode", choices=[*Mode, "both"], default="both")
    names = [suite.name for suite in SUITES]
    parser.add_argument("--suite", action="append", choices=names, help="only these; repeatable")
    parser.add_argument("--only", action="append", default=[], metavar="HARM,MOMENT")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every case there")
    parser.add_argument("--traces", type=Path, metavar="FOLDER", help="keep what bad calls got")
    return parser.parse_args()


def _chosen(cells: list[Cell], only: list[str], rounds: int) -> list[Cell]:
    wanted = [[part.strip() for part in one.split(",")] for one in only]
    fits = [
        cell
        for cell in cells
        if not wanted or any(all(_fits(part, cell) for part in parts) for parts in wanted)
    ]
    return fits * rounds


def _fits(part: str, cell: Cell) -> bool:
    return part in {cell.harm.name, cell.moment.value, cell.moment.name.lower()}


async def _run(options: argparse.Namespace) -> bool:
    modes = list(Mode) if options.mode == "both" else [Mode(options.mode)]
    with Show(options.json, options.traces) as show:
        for suite in SUITES:
            if options.suite is None or suite.name in options.suite:
                for mode in modes:
                    if mode in suite.modes:
                        await _run_suite(suite, mode, options, show)
    return show.verdict()


async def _run_suite(suite: Suite, mode: Mode, options: argparse.Namespace, show: Show) -> None:
    show.tell(f"{suite.name}, {mode.value}: starting")
    async with suite.open(mode) as opened:
        if opened is None:
            show.skip(f"{suite.name}, {mode.value}: cannot be done on this machine")
            return
        ground, cells = opened
        cells = _chosen(cells, options.only, options.rounds)
        if not cells:
            return
        show.expect(mode, cells)
        show.tell("calls without harm, to compare with")
        usual = await matrix.baseline(ground, show.unharmed)
        show.tell("")
        await matrix.run(ground, usual, cells, show.add)


if __name__ == "__main__":
    try:
        sys.exit(0 if asyncio.run(_run(_arguments())) else 1)
    except KeyboardInterrupt:
        Console().print("stopped")
        sys.exit(130)
