"""`make soak`: one call of two hours, then half an hour of calls under random kills.

python -m benchmarks.soak --long --minutes 120
python -m benchmarks.soak --mixed --minutes 30
python -m benchmarks.soak --write FILE ...    the document's section, from results kept before
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from benchmarks.programs import ROOT
from benchmarks.soak import document, long, mixed, verdicts
from benchmarks.soak.results import Long, Mixed

RESULTS: Final = ROOT / "benchmarks" / "results"
_LONG_MINUTES, _MIXED_MINUTES = 120.0, 30.0


def say(text: str) -> None:
    """Tell whoever watches."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--long", action="store_true", help="one long call")
    parser.add_argument("--mixed", action="store_true", help="many calls under random kills")
    parser.add_argument("--minutes", type=float, help="how long, of the one that is chosen")
    parser.add_argument("--calls", type=int, default=mixed.CALLS, help="at once, mixed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--history-events", type=int, help="go on in a new run after so many")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep the result there")
    parser.add_argument("--folder", type=Path, help="where Convonet runs; new and gone without")
    parser.add_argument("--write", type=Path, nargs="+", metavar="FILE", help="write the document")
    return parser.parse_args()


def _keeper(file: Path | None) -> Callable[[Long | Mixed], None]:
    def keep(result: Long | Mixed) -> None:
        stamp = result.at[:16].replace("-", "").replace(":", "").replace("T", "-")
        place = file or RESULTS / f"{stamp}-soak-{result.kind}.json"
        place.parent.mkdir(exist_ok=True)
        draft = place.with_suffix(".new")
        draft.write_text(result.model_dump_json(), encoding="utf-8")
        draft.replace(place)

    return keep


def _soak(options: argparse.Namespace, folder: Path) -> bool:
    both = not options.long and not options.mixed
    keep = _keeper(options.json)
    results: list[Long | Mixed] = []
    if options.long or both:
        minutes = options.minutes or _LONG_MINUTES
        asked = long.Asked(folder / "long", minutes, options.seed, options.history_events)
        results.append(asyncio.run(long.run(asked, say, keep)))
    if options.mixed or both:
        minutes = options.minutes or _MIXED_MINUTES
        asked = mixed.Asked(folder / "mixed", minutes, options.seed, options.calls)
        results.append(asyncio.run(mixed.run(asked, say, keep)))
    return _show(results)


def _show(results: list[Long | Mixed]) -> bool:
    for result in results:
        for line in document.summary(result):
            say(line)
    return not any(verdicts.bad(result) for result in results)


def main() -> int:
    """Run from the command line; 0 when everything was as it should."""
    options = _arguments()
    if options.write:
        results = [document.read(file) for file in options.write]
        document.write(results, ROOT / "docs" / "benchmarks.md")
        return 0 if _show(results) else 1
    if options.folder is not None:
        options.folder.mkdir(parents=True, exist_ok=True)
        return 0 if _soak(options, options.folder) else 1
    with tempfile.TemporaryDirectory(prefix="convonet-soak-") as folder:
        return 0 if _soak(options, Path(folder)) else 1


if __name__ == "__main__":
    sys.exit(main())
