"""Side by side: A B A B, each at rising numbers of calls, disturbed runs repeated."""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks import accounting
from benchmarks.fakes.servers import Fakes
from benchmarks.plan import Plan, Setting
from benchmarks.programs import Program, running
from benchmarks.results import Run, Talk, Use
from benchmarks.sides.side import Running, Side
from benchmarks.statistics import percentile
from benchmarks.tables import added_ms

_OTHERS: Final = 0.05
"""Share of the product's cores used by others, above which a run says nothing."""

_WAIT: Final = 0.10
"""Waiting for a core, as a share of the CPU time, above which one process at one call was
disturbed. A side of several processes waits for itself; there only the others' share tells."""

_REPEATS: Final = 2
_MISSED: Final = 0.25
"""Share of missed turns above which more calls are not tried."""

_CALL_S: Final = 60.0
"""Longest time for every call to have its first turn behind it."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Bench:
    """Everything a run needs."""

    setting: Setting
    fakes: Fakes
    logs: Path
    say: Say


def blocks(plan: Plan, bench: Bench, sides: Sequence[Side]) -> Iterator[Run]:
    """Yield every run of a plan in one setting."""
    for block in range(plan.blocks):
        for side in sides:
            with side.up(bench.setting.product) as up:
                yield from climb(plan, bench, side.name, up, block)


def climb(plan: Plan, bench: Bench, side: str, up: Running, block: int) -> Iterator[Run]:
    """Yield the runs of one side, until it cannot take more calls."""
    for calls, seconds in plan.seconds.items():
        run = _undisturbed(bench, side, up, calls, seconds, block)
        yield run
        if missed_share(run) > _MISSED or run.talk.failed:
            return


def missed_share(run: Run) -> float:
    """Return the share of utterances that had no answer in time."""
    turns = run.talk.turns
    missed = sum(turn.voice_to_voice_ms is None for turn in turns)
    return missed / len(turns) if turns else 1.0


def _undisturbed(
    bench: Bench, side: str, up: Running, calls: int, seconds: float, block: int
) -> Run:
    repeated = 0
    while True:
        run = measure(bench, side, up, calls, seconds)
        run = run.model_copy(update={"block": block, "repeated": repeated})
        bench.say(line(run))
        if not run.disturbed or repeated == _REPEATS:
            return run
        repeated += 1


def measure(bench: Bench, side: str, up: Running, calls: int, seconds: float) -> Run:
    """Place calls and return what they heard and what they took."""
    command = [
        *(sys.executable, "-m", "benchmarks.caller", side, up.url),
        *("--calls", str(calls), "--seconds", str(seconds)),
    ]
    product = bench.setting.product
    shared = bool(set(product) & set(bench.setting.rest))
    with running(command, bench.setting.rest, bench.logs / "caller.log") as caller:
        _expect(caller, "steady", _CALL_S + calls)
        before, rest_before = accounting.read(up.parts(), product), _rest(bench, caller)
        _expect(caller, "over", seconds + 30)
        parts = up.parts()
        after, rest_after = accounting.read(parts, product), _rest(bench, caller)
        memory = {name: accounting.memory_mb(pids) for name, pids in parts.items()}
        talk = Talk.model_validate_json(caller.line(_CALL_S))
    fakes_s, caller_s = (late - early for early, late in zip(rest_before, rest_after, strict=True))
    ours = fakes_s + caller_s if shared else 0.0
    use = accounting.between(before, after, memory, product, ours)
    return Run(
        side=side,
        setting=bench.setting.name,
        block=0,
        talk=talk,
        use=use,
        fakes_cpu_s=fakes_s,
        caller_cpu_s=caller_s,
        disturbed=_disturbed(use, calls),
    )


def _expect(caller: Program, word: str, within_s: float) -> None:
    said = caller.line(within_s)
    if said != word:
        raise ValueError(f"the callers said {said!r} instead of {word!r}")


def _rest(bench: Bench, caller: Program) -> tuple[float, float]:
    return accounting.cpu_s(bench.fakes.program.pid), accounting.cpu_s(caller.pid)


def _disturbed(use: Use, calls: int) -> str:
    if use.others_share > _OTHERS:
        return f"others used {use.others_share:.0%} of its cores"
    if calls == 1 and len(use.parts) == 1 and use.wait_share > _WAIT:
        return f"it waited for a core for {use.wait_share:.0%} of its CPU time"
    return ""


def line(run: Run) -> str:
    """Return a run in one line, for people who watch."""
    added = added_ms([run])
    per_call_s = run.use.cpu_s * 1_000 / run.use.seconds / run.talk.calls
    return (
        f"{run.setting}, {run.side}, {run.talk.calls} calls: "
        f"p50 {percentile(added, 50):.0f} p95 {percentile(added, 95):.0f} ms added, "
        f"{missed_share(run):.0%} missed, {per_call_s:.0f} CPU-ms a call-second"
        + (f" [{run.disturbed}]" if run.disturbed else "")
    )
