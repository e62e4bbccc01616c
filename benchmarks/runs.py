"""Side by side: each side at rising numbers of calls, disturbed runs repeated once."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks import accounting
from benchmarks.fakes.servers import Fakes
from benchmarks.plan import Setting
from benchmarks.programs import Program, running
from benchmarks.results import Run, Talk, Use
from benchmarks.sides.side import Running
from benchmarks.statistics import percentile
from benchmarks.tables import added_ms, missed

_OTHERS: Final = 0.05
"""Share of the product's cores used by others, above which a run says nothing."""

_LATE_MS: Final = 8.0
"""Callers or fakes whose timers are later than this (p95) measure themselves, not the side."""

_REPEATS: Final = 1
_CALL_S: Final = 60.0
"""Longest time for every call to have its first turn behind it."""

_LOADED_S: Final = 30.0
_CALM_S: Final = 6.0
_AT_REST: Final = 0.08
"""Share of a core below which a side that has started, or whose calls are over, is at rest."""
_SPARES_S: Final = 5.0
"""So long after its start Convonet begins to load spares."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Bench:
    """Everything a run needs."""

    setting: Setting
    fakes: Fakes
    logs: Path
    say: Say
    floor_ms: float


@dataclass(frozen=True)
class Visit:
    """A side that is up for some runs."""

    side: str
    up: Running
    idle_mb: float


def arrive(side: str, up: Running) -> Visit:
    """Let a side that was started come to rest: loaded spares are part of it."""
    time.sleep(_SPARES_S)
    _rest_until_calm(up, _LOADED_S)
    return Visit(side, up, sum(map(accounting.memory_mb, up.parts().values())))


def _rest_until_calm(up: Running, within_s: float) -> None:
    """Wait until a side does next to nothing, but no longer than that."""
    deadline = time.monotonic() + within_s
    used = _used_s(up)
    while time.monotonic() < deadline:
        time.sleep(1)
        before, used = used, _used_s(up)
        if used - before < _AT_REST:
            return


def undisturbed(bench: Bench, visit: Visit, calls: int, seconds: float, block: int) -> Run:
    """Return a run; one that others disturbed is repeated once."""
    repeated = 0
    while True:
        run = measure(bench, visit, calls, seconds)
        run = run.model_copy(update={"block": block, "repeated": repeated})
        bench.say(line(run))
        if not run.disturbed or repeated == _REPEATS:
            return run
        repeated += 1


def missed_share(run: Run) -> float:
    """Return the share of utterances that had no answer in time."""
    turns = run.talk.turns
    return sum(missed(turn, run) for turn in turns) / len(turns) if turns else 1.0


def measure(bench: Bench, visit: Visit, calls: int, seconds: float) -> Run:
    """Place calls and return what they heard and what they took."""
    _rest_until_calm(visit.up, _CALM_S)
    command = [
        *(sys.executable, "-m", "benchmarks.caller", visit.side, visit.up.url),
        *("--calls", str(calls), "--seconds", str(seconds)),
    ]
    product = bench.setting.product
    shared = bool(set(product) & set(bench.setting.rest))
    with running(command, bench.setting.rest, bench.logs / "caller.log", ahead=True) as caller:
        _expect(caller, "steady", _CALL_S + calls)
        bench.fakes.lateness()
        before, rest_before = accounting.read(visit.up.parts(), product), _rest(bench, caller)
        _expect(caller, "over", seconds + 30)
        parts = visit.up.parts()
        after, rest_after = accounting.read(parts, product), _rest(bench, caller)
        late = bench.fakes.lateness()
        memory = {name: accounting.memory_mb(pids) for name, pids in parts.items()}
        talk = Talk.model_validate_json(caller.line(_CALL_S))
    fakes_s, caller_s = (late - early for early, late in zip(rest_before, rest_after, strict=True))
    ours = fakes_s + caller_s if shared else 0.0
    use = accounting.between(before, after, memory, product, ours)
    use = use.model_copy(update={"idle_mb": visit.idle_mb})
    fakes_late = percentile(late, 95) if late else 0.0
    return Run(
        side=visit.side,
        setting=bench.setting.name,
        block=0,
        talk=talk,
        use=use,
        fakes_cpu_s=fakes_s,
        caller_cpu_s=caller_s,
        floor_ms=bench.floor_ms,
        fakes_late_ms_p95=fakes_late,
        seconds=seconds,
        disturbed=_disturbed(use, max(talk.late_ms_p95, fakes_late)),
    )


def _used_s(up: Running) -> float:
    return sum(accounting.cpu_s(pid) for pids in up.parts().values() for pid in pids)


def _expect(caller: Program, word: str, within_s: float) -> None:
    said = caller.line(within_s)
    if said != word:
        raise ValueError(f"the callers said {said!r} instead of {word!r}")


def _rest(bench: Bench, caller: Program) -> tuple[float, float]:
    return accounting.cpu_s(bench.fakes.program.pid), accounting.cpu_s(caller.pid)


def _disturbed(use: Use, late_ms: float) -> str:
    if use.others_share > _OTHERS:
        return f"others used {use.others_share:.0%} of its cores"
    if late_ms > _LATE_MS:
        return f"callers or fakes were {late_ms:.0f} ms late themselves"
    return ""


def line(run: Run) -> str:
    """Return a run in one line, for people who watch."""
    added = added_ms([run])
    per_call_s = run.use.cpu_s * 1_000 / run.use.seconds / run.talk.calls
    failed = len(run.talk.failed) + run.talk.unanswered
    return (
        f"{run.setting}, {run.side}, {run.talk.calls} calls: "
        f"p50 {percentile(added, 50):.0f} p95 {percentile(added, 95):.0f} ms added, "
        f"{missed_share(run):.0%} missed, {failed} failed, "
        f"{per_call_s:.0f} CPU-ms a call-second" + (f" [{run.disturbed}]" if run.disturbed else "")
    )
