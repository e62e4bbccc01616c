"""The soak's section of `docs/benchmarks.md`, and what is printed at the end of it."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from benchmarks.soak import verdicts
from benchmarks.soak.results import Long, Mixed
from benchmarks.statistics import percentile

_ANY: Final = TypeAdapter[Long | Mixed](Long | Mixed)
_SILENT_S: Final = (2.0, 5.0, 10.0)


def read(file: Path) -> Long | Mixed:
    """Read a result that was kept."""
    return _ANY.validate_json(file.read_bytes())


def write(results: Sequence[Long | Mixed], document: Path) -> None:
    """Put results between their marks in the document; other results there stay."""
    text = document.read_text(encoding="utf-8")
    for result in results:
        marks = rf"(<!-- soak: {result.kind} -->\n).*?(<!-- end of soak: {result.kind} -->)"
        body = "\n".join(["", *summary(result), ""])
        text = re.sub(marks, lambda m, body=body: f"{m[1]}{body}\n{m[2]}", text, flags=re.DOTALL)
    document.write_text(text, encoding="utf-8")


def summary(result: Long | Mixed) -> list[str]:
    """Return a result in Markdown."""
    lines = _long(result) if isinstance(result, Long) else _mixed(result)
    found = verdicts.bad(result)
    verdict = "Everything as it should be." if not found else f"Not as it should be: {found}."
    return [*lines, "", f"**{verdict}**"]


def _where(result: Long | Mixed) -> str:
    at = f"Measured {result.at[:10]} at commit `{result.commit}`"
    return f"{at} on {result.machine.cores} cores of {result.machine.cpu}"


def _silences(seconds: Sequence[float]) -> str:
    parts = " / ".join(f"{percentile(seconds, which):.2f}" for which in (50, 95, 99, 100))
    longer = ", ".join(
        f"{sum(one > limit for one in seconds)} longer than {limit:.0f} s" for limit in _SILENT_S
    )
    return f"p50 / p95 / p99 / longest {parts} s; of {len(seconds)}, {longer}"


def _long(result: Long) -> list[str]:
    counts = dict(result.counts)
    interrupted = counts.pop("interrupted", 0)
    advised = result.history_events or verdicts.ADVISED_EVENTS
    runs = [*result.runs_events, *(one.run_events for one in result.samples[-1:])]
    lags = [ms for _, ms in result.lags_ms]
    return [
        f"{_where(result)}: one call of {result.minutes:.0f} minutes, "
        f"{sum(counts.values())} utterances ({', '.join(f'{n} {k}' for k, n in counts.items())}), "
        f"{interrupted} answers broken into.",
        "",
        f"- Utterances, answers, sound, record, tool effects, `seq`: "
        f"{result.faults or 'no fault'}.",
        f"- The workflow went on in a new run {len(result.runs_events)} times (advised after "
        f"{advised} events or 4 MB); events of each run: {', '.join(map(str, runs))}.",
        f"- An utterance's words were known {percentile(lags, 50):.0f} ms (p95 "
        f"{percentile(lags, 95):.0f}) after its last sound; {verdicts.drift_ms(result):+.0f} ms "
        "from the first quarter of the call to the last.",
        f"- Silence before and inside the assistant's sentences: {_silences(result.silences_s)}.",
        "",
        *_memory(result),
    ]


def _memory(result: Long) -> list[str]:
    slopes = {one.name: one for one in verdicts.slopes(result)}
    warm = [one for one in result.samples if one.at_s >= result.warm_up_minutes * 60]
    if not warm:
        return []
    first, last = warm[0], warm[-1]
    lines = [
        f"| memory of its own, MB | after {first.at_s / 60:.0f} min | after "
        f"{last.at_s / 60:.0f} min | MB an hour | limit |",
        "| --- | --: | --: | --: | --: |",
    ]
    start = first.anon_mb | {"valkey's data": first.valkey_used_mb}
    end = last.anon_mb | {"valkey's data": last.valkey_used_mb}
    for name, before in start.items():
        slope = slopes.get(name)
        grows = f"{slope.mb_per_hour:+.1f} | {slope.limit:.0f}" if slope else "|"
        lines.append(f"| {name} | {before:.1f} | {end.get(name, 0.0):.1f} | {grows} |")
    keys = ", ".join(
        f"`{name}` {size:.0f} (was {first.keys_kb.get(name, 0):.0f})"
        for name, size in last.keys_kb.items()
    )
    rows = {name: count - first.rows.get(name, 0) for name, count in last.rows.items()}
    more = ", ".join(f"{count} {name}" for name, count in rows.items() if count)
    return [
        *lines,
        "",
        f"The call's keys in Valkey, KB at the end: {keys}. Rows written after the warm-up: "
        f"{more}; the database has {last.database_mb:.0f} MB (was {first.database_mb:.0f}).",
    ]


def _mixed(result: Mixed) -> list[str]:
    silences = [one for call in result.calls for one in call.silences_s]
    killed = Counter(part for kill in result.kills for part in kill.parts)
    utterances = sum(call.utterances for call in result.calls)
    lasted = [call.lasted_s for call in result.calls]
    memory = ", ".join(
        f"{name} {before:.0f} / {result.memory_after_mb.get(name, 0):.0f}"
        for name, before in result.memory_before_mb.items()
    )
    return [
        f"{_where(result)}: {result.minutes:.0f} minutes, {result.calls_at_once} calls at once in "
        f"the mean, seed {result.seed}. {len(result.calls)} calls of "
        f"{percentile(lasted, 0):.0f} to {percentile(lasted, 100):.0f} s, {utterances} utterances, "
        f"{sum(call.lost_connections for call in result.calls)} connections lost and resumed; "
        f"{result.refused} times a caller had to dial again.",
        "",
        f"- Killed {len(result.kills)} times: "
        f"{', '.join(f'{part} {count}' for part, count in sorted(killed.items()))}.",
        f"- Utterances, answers, sound, record, `seq`: {verdicts.faults_of(result) or 'no fault'}; "
        f"tool effects {result.effects}.",
        f"- Silence before and inside the assistant's sentences: {_silences(silences)}.",
        f"- Left when all was over: {result.left}.",
        f"- Memory of its own without calls, MB, before / after: {memory}.",
    ]
