"""What a soak must show, and whether it did."""

from collections import Counter
from collections.abc import Sequence
from statistics import median
from typing import Final

import numpy as np

from benchmarks.soak.results import BACK_S, Long, Mixed, Sample, Slope

SLOPE_LIMITS_MB: Final = {
    "api": 6.0,
    "voice-worker": 6.0,
    "conversation-worker": 6.0,
    "supervisor": 3.0,
    "valkey": 3.0,
    "postgres": 12.0,
    "temporal": 40.0,
    "valkey's data": 3.0,
}
"""MB an hour after the warm-up that still count as flat: a Go heap breathes, and PostgreSQL's
backends warm their caches for long."""

DRIFT_LIMIT_MS: Final = 30.0
"""By how much the words of an utterance may be known later at the end than after the start."""

RUN_LIMIT: Final = 1.5
"""Events of a run, in terms of where it is advised to end: it does so between two turns."""

ADVISED_EVENTS: Final = 4_096
_LONG_ENOUGH_MINUTES: Final = 30.0
_HOUR_S: Final = 3_600.0


def slopes(result: Long) -> list[Slope]:
    """Return how memory went on after the warm-up, by part; empty when that was too short."""
    if result.minutes - result.warm_up_minutes < _LONG_ENOUGH_MINUTES:
        return []
    warm = [one for one in result.samples if one.at_s >= result.warm_up_minutes * 60]
    return [
        Slope(name=name, mb_per_hour=_slope(warm, name), limit=limit)
        for name, limit in SLOPE_LIMITS_MB.items()
    ]


def _slope(samples: Sequence[Sample], name: str) -> float:
    values = [one.anon_mb.get(name, one.valkey_used_mb) for one in samples]
    slope, _ = np.polyfit([one.at_s for one in samples], values, 1)
    return round(float(slope) * _HOUR_S, 2)


def drift_ms(result: Long) -> float:
    """Return by how much later words were known in the last quarter than in the first."""
    lags = [ms for _, ms in result.lags_ms]
    quarter = max(1, len(lags) // 4)
    return median(lags[-quarter:]) - median(lags[:quarter]) if lags else 0.0


def bad_long(result: Long) -> list[str]:
    """Return what was not as it should be in the long call."""
    advised = result.history_events or ADVISED_EVENTS
    longest = max([*result.runs_events, *(one.run_events for one in result.samples)], default=0)
    checks = {
        "it did not come to its end": result.finished,
        f"faults: {result.faults}": not any(result.faults.values()),
        f"words known {drift_ms(result):.0f} ms later": drift_ms(result) <= DRIFT_LIMIT_MS,
        f"a run of {longest} events": longest <= advised * RUN_LIMIT,
    }
    grown = [
        f"{one.name} grows by {one.mb_per_hour} MB an hour"
        for one in slopes(result)
        if one.mb_per_hour > one.limit
    ]
    return [what for what, well in checks.items() if not well] + grown


def faults_of(result: Mixed) -> dict[str, int]:
    """Return all faults of all calls together."""
    total: Counter[str] = Counter()
    for call in result.calls:
        total.update(call.faults)
        total.update({"stuck": int(bool(call.stuck))})
    total.update({f"effects_{name}": result.effects.get(name, 0) for name in ("lost", "doubled")})
    return {name: count for name, count in total.items() if count}


def bad_mixed(result: Mixed) -> list[str]:
    """Return what was not as it should be in the calls under kills."""
    gone = [one.parts for one in result.kills if one.back_s >= BACK_S]
    left = {name: count for name, count in result.left.items() if count}
    checks = {
        "it did not come to its end": result.finished,
        f"faults: {faults_of(result)}": not faults_of(result),
        f"left behind: {left}": not left,
        f"did not come back: {gone}": not gone,
    }
    return [what for what, well in checks.items() if not well]


def bad(result: Long | Mixed) -> list[str]:
    """Return what was not as it should be."""
    return bad_long(result) if isinstance(result, Long) else bad_mixed(result)
