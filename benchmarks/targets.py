"""What was wanted, beside what came out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.plan import SIDES
from benchmarks.results import LongCall, Results
from benchmarks.tables import Row, clean_calls, rows

_SIGNAL_MS: Final = 25.0
_EVENTS: Final = 27.0


@dataclass(frozen=True)
class Target:
    """One target and its result."""

    what: str
    wanted: str
    measured: str
    met: bool | None
    """None: not measured."""


def targets(results: Results) -> list[Target]:
    """Return every target; latencies are those of Convonet on two cores."""
    table = rows(results.runs)
    return [
        _latency(table, 1, "p50", 40.0, lambda row: row.p50_ms),
        _latency(table, 1, "p95", 80.0, lambda row: row.p95_ms),
        _latency(table, 10, "p95", 150.0, lambda row: row.p95_ms),
        *(_capacity(table, setting) for setting in dict.fromkeys(row.setting for row in table)),
        *_history(results.long_call),
    ]


def _latency(
    table: Sequence[Row], calls: int, which: str, limit: float, take: Callable[[Row], float]
) -> Target:
    what = f"added voice to voice, {which}, {calls} call{'s' if calls > 1 else ''}"
    found = [
        row for row in table if (row.side, row.calls, row.setting) == ("convonet", calls, _TWO)
    ]
    if not found:
        return Target(what, f"≤ {limit:.0f} ms", "not measured", None)
    row = found[0]
    other = [r for r in table if (r.side, r.calls, r.setting) == ("pipecat", calls, _TWO)]
    beside = f" (pipecat {take(other[0]):.0f} ms)" if other else ""
    note = ", disturbed" if row.disturbed else ""
    return Target(
        what,
        f"≤ {limit:.0f} ms",
        f"{take(row):.0f} ms of {row.turns} turns{note}{beside}",
        take(row) <= limit,
    )


_TWO: Final = "two cores"


def _capacity(table: Sequence[Row], setting: str) -> Target:
    cores = 2 if setting == _TWO else 1
    measured = {row.side for row in table if row.setting == setting}
    ours, theirs = (clean_calls(table, side, setting) for side in SIDES)
    return Target(
        f"clean calls per core, {setting}",
        "≥ pipecat's",
        f"{ours / cores:g} (pipecat {theirs / cores:g})",
        ours >= theirs if measured.issuperset(SIDES) else None,
    )


def _history(call: LongCall | None) -> list[Target]:
    names = ("signal to `take_turn` running, p50", "Temporal events a turn")
    wanted = (f"≤ {_SIGNAL_MS:.0f} ms", f"≤ {_EVENTS:.0f}")
    if call is None:
        return [
            Target(name, want, "not measured", None)
            for name, want in zip(names, wanted, strict=True)
        ]
    by_server = call.server_signal_to_started_ms.p50_ms
    here = next(stage.p50_ms for stage in call.stages if stage.name == "durability")
    measured = f"{by_server:.0f} ms by Temporal's clock ({here:.0f} ms as our processes see it)"
    events = f"{call.events_per_turn:.1f} over {call.turns} turns"
    return [
        Target(names[0], wanted[0], measured, by_server <= _SIGNAL_MS),
        Target(names[1], wanted[1], events, call.events_per_turn <= _EVENTS),
    ]
