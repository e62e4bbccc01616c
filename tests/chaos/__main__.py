"""`python -m tests.chaos`: kill every part of Convonet at every moment of a call, and look."""

import argparse
import asyncio
import json
import sys
import tempfile
from pathlib import Path

from rich.console import Console, Group
from rich.live import Live

from tests.chaos import matrix, table
from tests.chaos.cells import Harm, Mode, Moment, Victim, death
from tests.chaos.matrix import Result
from tests.chaos.stages import stage


class Show:
    """What is printed while the matrix runs."""

    def __init__(self, modes: list[Mode], rows: list[str]) -> None:
        self.results: list[Result] = []
        self._modes = modes
        self._rows = rows
        self._console = Console()
        self._live = Live(console=self._console, refresh_per_second=4)
        self.doing = ""

    def __enter__(self) -> "Show":
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def tell(self, doing: str) -> None:
        """Say what is being done."""
        self.doing = doing
        self._draw()

    def add(self, result: Result) -> None:
        """Show one more cell."""
        self.results.append(result)
        if not result.good:
            where = f"{result.mode.value}, {result.harm.name}, {result.moment.value}"
            self._console.print(f"[red]{where}[/]: {_why(result)}", highlight=False)
        self._draw()

    def _draw(self) -> None:
        self._live.update(
            Group(
                *(table.matrix(mode, self._rows, self.results, self.doing) for mode in self._modes)
            )
        )


def _why(result: Result) -> str:
    verdict = result.verdict
    reasons = [f"{name} {count}" for name, count in verdict.faults.items()]
    reasons += [f"waited in vain for {verdict.stuck}"] if verdict.stuck else []
    if result.silence_s > result.allowed_s:
        reasons.append(f"silent for {result.silence_s} s of {result.allowed_s:.1f} s allowed")
    return "; ".join([*reasons, *verdict.details]).replace("[", "\\[")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--mode", choices=[*Mode, "both"], default="both")
    parser.add_argument("--only", action="append", default=[], metavar="VICTIM,MOMENT")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--json", type=Path, metavar="FILE")
    return parser.parse_args()


def _cells(only: list[str], rounds: int) -> list[tuple[Harm, Moment]]:
    # Victims take turns, so that none of them dies twice within a minute: then the supervisor
    # restarts it at once, as it would a process that rarely dies.
    every = [(death(victim), moment) for moment in Moment for victim in Victim]
    wanted = [tuple(one.split(",")) for one in only]
    chosen = [
        (harm, moment)
        for harm, moment in every
        if not wanted or any(all(_fits(part, harm, moment) for part in one) for one in wanted)
    ]
    return chosen * rounds


def _fits(part: str, harm: Harm, moment: Moment) -> bool:
    return part.strip() in {harm.name, moment.value, moment.name.lower()}


async def _run(options: argparse.Namespace) -> bool:
    modes = list(Mode) if options.mode == "both" else [Mode(options.mode)]
    cells = _cells(options.only, options.rounds)
    rows = list(dict.fromkeys(harm.name for harm, _ in cells))
    with Show(modes, rows) as show:
        for mode in modes:
            await _run_mode(mode, cells, show)
    if options.json:
        found = [table.plain(one) for one in show.results]
        options.json.write_text(json.dumps(found, indent=1) + "\n")
    good = bool(show.results) and all(one.good for one in show.results)
    sound = sum(one.good for one in show.results)
    Console().print(
        f"[{'green' if good else 'red'}]{sound} of {len(show.results)} calls went on as they "
        "should[/]"
    )
    return good


async def _run_mode(mode: Mode, cells: list[tuple[Harm, Moment]], show: Show) -> None:
    with tempfile.TemporaryDirectory(prefix="convonet-chaos-") as folder:
        show.tell("starting")
        async with stage(mode, Path(folder)) as ground:
            show.tell("calls without harm, to compare with")
            usual, verdicts = await matrix.baseline(ground)
            for verdict in verdicts:
                if verdict.faults or verdict.stuck:
                    raise SystemExit(
                        f"unharmed: {verdict.faults} {verdict.stuck} {verdict.details}"
                    )
            show.tell("")
            await matrix.run(ground, usual, cells, show.add)


if __name__ == "__main__":
    sys.exit(0 if asyncio.run(_run(_arguments())) else 1)
