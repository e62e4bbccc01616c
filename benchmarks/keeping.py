"""Results on disk: written after every run, so that a benchmark can be cut off and gone on with."""

import time
from pathlib import Path
from typing import Final

from benchmarks.programs import ROOT
from benchmarks.results import Kill, Results, Run

RESULTS: Final = ROOT / "benchmarks" / "results"


class Kept:
    """One benchmark's results and their file."""

    def __init__(self, results: Results, file: Path) -> None:
        self.results = results
        self.file = file
        self._since = time.monotonic()

    def run(self, setting: str, side: str, block: int, calls: int) -> Run | None:
        """Return a run that was kept before."""
        key = (setting, side, block, calls)
        return next(
            (
                run
                for run in self.results.runs
                if (run.setting, run.side, run.block, run.talk.calls) == key
            ),
            None,
        )

    def has_kill(self, side: str, part: str) -> bool:
        """Tell whether a kill was kept before."""
        return any((kill.side, kill.part) == (side, part) for kill in self.results.kills)

    def add_run(self, run: Run) -> None:
        """Keep a run."""
        self.results.runs.append(run)
        self.write()

    def add_kill(self, kill: Kill) -> None:
        """Keep a kill."""
        self.results.kills.append(kill)
        self.write()

    def skip(self, what: str) -> None:
        """Keep that something was left out."""
        self.results.skipped.append(what)
        self.write()

    def write(self) -> None:
        """Write the file, whole or not at all."""
        now = time.monotonic()
        self.results.took_min += (now - self._since) / 60
        self._since = now
        self.file.parent.mkdir(exist_ok=True)
        beside = self.file.with_suffix(".part")
        beside.write_text(self.results.model_dump_json(), encoding="utf-8")
        beside.replace(self.file)


def begin(results: Results) -> Kept:
    """Keep new results in a file named after their time."""
    stamp = results.at[:16].replace("-", "").replace(":", "").replace("T", "-")
    return Kept(results, RESULTS / f"{stamp}-{results.plan}.json")


def go_on(plan: str) -> Kept | None:
    """Return the newest results of a plan if they are not finished."""
    files = sorted(RESULTS.glob(f"*-{plan}.json"))
    if not files:
        return None
    results = read(files[-1])
    return None if results.finished else Kept(results, files[-1])


def read(file: Path) -> Results:
    """Read results kept before."""
    return Results.model_validate_json(file.read_text(encoding="utf-8"))
