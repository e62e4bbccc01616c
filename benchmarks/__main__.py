"""`make bench`: run a plan, keep the results, draw the plots, write the document.

python -m benchmarks full            everything; leave the machine alone meanwhile
python -m benchmarks quick           1 and 5 calls, to see that it works
python -m benchmarks document FILE   plots and document from results kept before
"""

import argparse
import asyncio
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks import document, kills, long_call, machine, offline, runs, tables
from benchmarks.caller.convonet_wire import ConvonetWire
from benchmarks.caller.pipecat_wire import PipecatWire
from benchmarks.fakes.probe import probe
from benchmarks.fakes.servers import Fakes, fakes
from benchmarks.plan import PLANS, TWO_CORES, Plan
from benchmarks.programs import ROOT
from benchmarks.results import Results
from benchmarks.sides.convonet import ConvonetSide
from benchmarks.sides.pipecat import PYTHON, PipecatSide

RESULTS: Final = ROOT / "benchmarks" / "results"
IMAGES: Final = ROOT / "docs" / "images" / "benchmarks"
DOCUMENT: Final = ROOT / "docs" / "benchmarks.md"
_KILLED: Final = ("api", "voice-worker", "conversation-worker")
_PROBES: Final = 10


def say(text: str) -> None:
    """Tell whoever watches."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def measure(plan: Plan, folder: Path) -> Results:
    """Run a plan."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    results = Results(
        at=at,
        plan=plan.name,
        commit=machine.commit(),
        machine=machine.machine(),
        runs=[],
        kills=[],
    )
    for setting in plan.settings:
        with fakes(setting.rest, folder) as servers:
            sides = (ConvonetSide(folder, servers), PipecatSide(folder, servers))
            bench = runs.Bench(setting, servers, folder, say)
            results.runs += runs.blocks(plan, bench, sides)
    with fakes(TWO_CORES.rest, folder) as servers:
        results.fakes = asyncio.run(probe(servers.anthropic, servers.deepgram, _PROBES))
        _look_closely(plan, folder, servers, results)
    say("offline, with real models")
    with ConvonetSide(folder, None).up(TWO_CORES.product) as up:
        results.offline = offline.offline_call(up)
    return results


def _look_closely(plan: Plan, folder: Path, servers: Fakes, results: Results) -> None:
    with PipecatSide(folder, servers).up(TWO_CORES.product) as bot:
        say("killed mid-answer: pipecat")

        def dial_bot() -> PipecatWire:
            return PipecatWire(bot.url)

        results.kills.append(
            asyncio.run(kills.kill("pipecat", "bot", dial_bot, bot, servers, plan.kill_calls))
        )
    with ConvonetSide(folder, servers).up(TWO_CORES.product) as up:
        say(f"a call of {plan.long_call_turns} turns")
        results.long_call = asyncio.run(long_call.long_call(up, plan.long_call_turns))

        def dial() -> ConvonetWire:
            return ConvonetWire(up.url)

        for part in _KILLED:
            say(f"killed mid-answer: convonet {part}")
            results.kills.append(
                asyncio.run(kills.kill("convonet", part, dial, up, servers, plan.kill_calls))
            )


def keep(results: Results) -> Path:
    """Write results to a dated file."""
    RESULTS.mkdir(exist_ok=True)
    stamp = results.at[:16].replace("-", "").replace(":", "").replace("T", "-")
    file = RESULTS / f"{stamp}-{results.plan}.json"
    file.write_text(results.model_dump_json(), encoding="utf-8")
    return file


def publish(results: Results) -> None:
    """Draw the plots and write the document."""
    from benchmarks import plots  # noqa: PLC0415 - only here is matplotlib needed

    images = plots.draw(tables.rows(results.runs), results.long_call, IMAGES)
    document.write(results, images, DOCUMENT)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=[*PLANS, "document"])
    parser.add_argument("file", nargs="?", type=Path)
    options = parser.parse_args()
    if options.what == "document":
        if options.file is None:
            parser.error("which results file?")
        publish(Results.model_validate_json(options.file.read_text(encoding="utf-8")))
        return
    if not PYTHON.exists():
        parser.error("pipecat's environment is missing: make bench installs it")
    with tempfile.TemporaryDirectory(prefix="convonet-bench-") as folder:
        results = measure(PLANS[options.what], Path(folder))
    say(f"kept in {keep(results).relative_to(ROOT)}")
    if options.what == "full":
        publish(results)
        say(f"written: {DOCUMENT.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
