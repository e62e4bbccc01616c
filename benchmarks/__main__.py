"""`make bench`: run a plan, keep the results, draw the plots, write the document.

python -m benchmarks full --budget 38   everything, in about so many minutes
python -m benchmarks full --resume      go on where the newest one was cut off
python -m benchmarks short              1 and 5 calls, a minute each, both sides
python -m benchmarks quick              a little of everything, to see that it works
python -m benchmarks document [FILE]    plots and document from results kept before
"""

import argparse
import signal
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Final

from benchmarks import document, keeping, machine, tables
from benchmarks.keeping import Kept
from benchmarks.measuring import Measuring
from benchmarks.plan import PLANS, SIDES, Plan
from benchmarks.programs import ROOT
from benchmarks.results import Results
from benchmarks.sides.pipecat import PYTHON

IMAGES: Final = ROOT / "docs" / "images" / "benchmarks"
DOCUMENT: Final = ROOT / "docs" / "benchmarks.md"
_GRACE: Final = 1.05
"""A plan may take this much longer than it should before runs are left out."""


def say(text: str) -> None:
    """Tell whoever watches."""
    sys.stdout.write(f"{datetime.now(UTC):%H:%M:%S} {text}\n")
    sys.stdout.flush()


def publish(results: Results) -> None:
    """Draw the plots and write the document."""
    from benchmarks import plots  # noqa: PLC0415 - only here is matplotlib needed

    images = plots.draw(tables.rows(results.runs), results.long_call, IMAGES)
    document.write(results, images, DOCUMENT)
    say(f"written: {DOCUMENT.relative_to(ROOT)}")


def measure(plan: Plan, kept: Kept, limit_s: float) -> None:
    """Run a plan; Ctrl-C and SIGTERM end it in good order."""
    signal.signal(signal.SIGTERM, _interrupt)
    with tempfile.TemporaryDirectory(prefix="convonet-bench-") as folder:
        (Path(folder) / "offline").mkdir()
        Measuring(plan, kept, Path(folder), time.monotonic() + limit_s, say).run()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _new(plan: Plan, budget_min: float | None) -> Kept:
    return keeping.begin(
        Results(
            at=datetime.now(UTC).isoformat(timespec="seconds"),
            plan=plan.name,
            commit=machine.commit(),
            machine=machine.machine(),
            budget_min=budget_min,
        )
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=[*PLANS, "document"])
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--budget", type=float, metavar="MINUTES")
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--side", choices=SIDES, action="append")
    options = parser.parse_args()
    if options.what != "document" and not PYTHON.exists():
        parser.error("pipecat's environment is missing: make bench installs it")
    return options


def main() -> None:
    """Run from the command line."""
    options = _options()
    if options.what == "document":
        file = options.file or max(keeping.RESULTS.glob("*-full.json"))
        publish(keeping.read(file))
        return
    plan = PLANS[options.what]
    if options.side:
        plan = replace(plan, sides=tuple(options.side))
    if options.budget:
        plan = plan.within(options.budget * 60)
    kept = (keeping.go_on(plan.name) if options.resume else None) or _new(plan, options.budget)
    kept.results.skipped.clear()
    limit_s = max(plan.estimated_s(), (options.budget or 0) * 60) * _GRACE
    say(f"{plan.name}: about {plan.estimated_s() / 60:.0f} minutes; kept in {kept.file.name}")
    try:
        measure(plan, kept, limit_s)
    except KeyboardInterrupt:
        say("cut off; --resume goes on with it")
    finally:
        kept.write()
        if plan.name == "full":
            publish(kept.results)


if __name__ == "__main__":
    main()
