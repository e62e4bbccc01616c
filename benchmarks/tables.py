"""Runs as the figures people compare; runs of the same kind are pooled."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import linear_regression

from benchmarks.results import Run, Turn
from benchmarks.statistics import percentile

P95_CLEAN_MS = 150.0
_GAP_SHARE = 0.005
"""Share of turns with a gap that still counts as none: one in two hundred."""
_TOO_SOON_MS = 50.0


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
    idle_mb: float
    late_ms: float
    """The later of callers and fakes, p95, worst run."""
    failed: int
    disturbed: bool

    @property
    def clean(self) -> bool:
        """Whether every caller was served well; the same rule for every side."""
        few_gaps = self.gaps <= self.turns * _GAP_SHARE
        all_served = self.missed == 0 and self.failed == 0
        return all_served and few_gaps and self.p95_ms <= P95_CLEAN_MS


def added_ms(runs: Iterable[Run]) -> list[float]:
    """Return voice-to-voice times without what the providers take, of undisturbed answers."""
    return [
        turn.voice_to_voice_ms - run.floor_ms
        for run in runs
        for turn in run.talk.turns
        if turn.voice_to_voice_ms is not None and not missed(turn, run)
    ]


def missed(turn: Turn, run: Run) -> bool:
    """Tell whether an utterance had no answer in time.

    Sound that came sooner than any answer could is the rest of an answer before.
    """
    taken_ms = turn.voice_to_voice_ms
    return taken_ms is None or taken_ms < run.floor_ms - _TOO_SOON_MS


def rows(runs: Sequence[Run]) -> list[Row]:
    """Return a row for each setting, number of calls and side; settings as they were run."""
    settings = list(dict.fromkeys(run.setting for run in runs))
    keys = sorted(set(map(_key, runs)), key=lambda key: (settings.index(key[0]), *key[1:]))
    return [_row([run for run in runs if _key(run) == key]) for key in keys]


def clean_calls(table: Sequence[Row], side: str, setting: str) -> int:
    """Return the largest number of calls up to which every number was clean."""
    clean = 0
    own = [row for row in table if (row.side, row.setting) == (side, setting)]
    for row in sorted(own, key=lambda row: row.calls):
        if not row.clean:
            break
        clean = row.calls
    return clean


def memory(table: Sequence[Row], side: str, setting: str) -> tuple[float, float]:
    """Return MB before the first call, and MB more for each call by a straight line."""
    own = [row for row in table if (row.side, row.setting) == (side, setting)]
    points = [(row.calls, row.memory_mb) for row in own]
    base = min((row.idle_mb for row in own), default=float("nan"))
    if len(points) < 2:  # noqa: PLR2004 - a line needs two
        return base, float("nan")
    slope, _ = linear_regression(*zip(*points, strict=True))
    return base, slope


def _key(run: Run) -> tuple[str, int, str]:
    return run.setting, run.talk.calls, run.side


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
        missed=sum(missed(turn, run) for run in runs for turn in run.talk.turns),
        gaps=sum(turn.gaps for turn in turns),
        barge_in_p50_ms=percentile(barged, 50),
        barge_in_p95_ms=percentile(barged, 95),
        cpu_ms=sum(parts.values()),
        parts_ms=parts,
        wait_share=sum(run.use.wait_share for run in runs) / len(runs),
        memory_mb=sum(part.memory_mb for run in runs for part in run.use.parts.values())
        / len(runs),
        idle_mb=sum(run.use.idle_mb for run in runs) / len(runs),
        late_ms=max(max(run.talk.late_ms_p95, run.fakes_late_ms_p95) for run in runs),
        failed=sum(len(run.talk.failed) + run.talk.unanswered for run in runs),
        disturbed=any(run.disturbed for run in runs),
    )
