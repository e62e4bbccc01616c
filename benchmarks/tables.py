"""Runs as the figures people compare; runs of the same kind are pooled."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import linear_regression

from benchmarks.delays import FLOOR_MS
from benchmarks.results import Run
from benchmarks.statistics import percentile

P95_CLEAN_MS = 150.0
_GAP_SHARE = 0.005
"""Share of turns with a gap that still counts as none: one in two hundred."""


@dataclass(frozen=True)
class Row:
    """One side at one number of calls."""

    side: str
    setting: str
    calls: int
    turns: int
    p50_ms: float
    p95_ms: float
    missed: int
    gaps: int
    barge_in_p50_ms: float
    barge_in_p95_ms: float
    cpu_ms: float
    """Per call and second."""
    parts_ms: dict[str, float]
    wait_share: float
    memory_mb: float
    disturbed: bool

    @property
    def clean(self) -> bool:
        """Whether every caller was served well."""
        few_gaps = self.gaps <= self.turns * _GAP_SHARE
        return self.missed == 0 and few_gaps and self.p95_ms <= P95_CLEAN_MS


def added_ms(runs: Iterable[Run]) -> list[float]:
    """Return voice-to-voice times without what the providers take, of undisturbed answers."""
    return [
        turn.voice_to_voice_ms - FLOOR_MS
        for run in runs
        for turn in run.talk.turns
        if turn.voice_to_voice_ms is not None
    ]


def rows(runs: Sequence[Run]) -> list[Row]:
    """Return a row for each side, setting and number of calls, in the order they were run."""
    keys = dict.fromkeys((run.setting, run.side, run.talk.calls) for run in runs)
    return [_row([run for run in runs if _key(run) == key]) for key in keys]


def clean_calls(table: Sequence[Row], side: str, setting: str) -> int:
    """Return the largest number of calls up to which every number was clean."""
    clean = 0
    for row in table:
        if (row.side, row.setting) == (side, setting):
            if not row.clean:
                break
            clean = row.calls
    return clean


def memory_slope(table: Sequence[Row], side: str, setting: str) -> tuple[float, float]:
    """Return MB at no call and MB per call, by a straight line."""
    points = [
        (row.calls, row.memory_mb) for row in table if (row.side, row.setting) == (side, setting)
    ]
    if len(points) < 2:  # noqa: PLR2004 - a line needs two
        return (float("nan"), float("nan"))
    slope, base = linear_regression(*zip(*points, strict=True))
    return base, slope


def _key(run: Run) -> tuple[str, str, int]:
    return run.setting, run.side, run.talk.calls


def _row(runs: Sequence[Run]) -> Row:
    first = runs[0]
    calls = first.talk.calls
    added = added_ms(runs)
    turns = [turn for run in runs for turn in run.talk.turns]
    barged = [turn.barge_in_ms for turn in turns if turn.barge_in_ms is not None]
    call_s = sum(run.use.seconds for run in runs) * calls
    parts = {
        name: sum(run.use.parts[name].cpu_s for run in runs) * 1_000 / call_s
        for name in first.use.parts
    }
    return Row(
        side=first.side,
        setting=first.setting,
        calls=calls,
        turns=len(turns),
        p50_ms=percentile(added, 50),
        p95_ms=percentile(added, 95),
        missed=sum(turn.voice_to_voice_ms is None for turn in turns),
        gaps=sum(turn.gaps for turn in turns),
        barge_in_p50_ms=percentile(barged, 50),
        barge_in_p95_ms=percentile(barged, 95),
        cpu_ms=sum(parts.values()),
        parts_ms=parts,
        wait_share=sum(run.use.wait_share for run in runs) / len(runs),
        memory_mb=sum(part.memory_mb for run in runs for part in run.use.parts.values())
        / len(runs),
        disturbed=any(run.disturbed for run in runs),
    )
