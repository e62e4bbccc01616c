"""`docs/benchmarks.md`: its tables and verdicts, written from a results file."""

import re
from collections.abc import Iterable, Sequence
from math import isnan
from pathlib import Path
from typing import Final

from benchmarks.results import Kill, LongCall, Offline, Results, Stage
from benchmarks.statistics import percentile
from benchmarks.tables import Row, clean_calls, memory, rows
from benchmarks.targets import targets

_MARKED: Final = re.compile(r"(<!-- results -->\n).*(<!-- end of results -->)", re.DOTALL)
_STAGES: Final = {
    "endpointing": "end of speech known, behind the provider's 200 ms",
    "stt": "words final",
    "durability": "media session to `take_turn` running: signal, workflow, activity",
    "llm_first_token": "request built, first token read, behind the provider's 200 ms",
    "sentence": "first sentence cut and handed over, behind the provider's 90 ms",
    "tts_first_audio": "first sound made and sent, behind the provider's 80 ms",
    "edge": "the API, the sockets and the caller, both ways",
}


def write(results: Results, images: Sequence[Path], document: Path) -> None:
    """Put the results between the document's marks."""
    text = document.read_text(encoding="utf-8")
    body = "\n".join(_sections(results, [f"images/benchmarks/{file.name}" for file in images]))
    document.write_text(
        _MARKED.sub(lambda marks: f"{marks[1]}{body}\n{marks[2]}", text), encoding="utf-8"
    )


def _sections(results: Results, images: Sequence[str]) -> list[str]:
    table = rows(results.runs)
    lines = ["", *_where(results), *_targets(results)]
    for setting in dict.fromkeys(row.setting for row in table):
        lines += _setting(setting, [row for row in table if row.setting == setting])
    lines += [f"![{Path(image).stem}]({image})" for image in images] + [""]
    lines += _kills(results.kills)
    if results.long_call is not None:
        lines += _long_call(results.long_call)
    if results.offline is not None:
        lines += _offline(results.offline)
    return lines + _fakes(results)


def _where(results: Results) -> list[str]:
    machine = results.machine
    versions = ", ".join(f"{name} {number}" for name, number in machine.versions.items())
    lines = [
        f"Measured {results.at[:16].replace('T', ' ')} UTC at commit `{results.commit}`: "
        f"{machine.cores} cores of {machine.cpu}, {machine.memory_gb} GB, Linux {machine.kernel}, "
        f"Python {machine.python}; {versions}.",
        "",
        _what_was_run(results),
        "",
    ]
    if results.skipped:
        lines += ["Not measured: " + "; ".join(results.skipped) + ".", ""]
    return lines


def _what_was_run(results: Results) -> str:
    budget = f", told to fit into {results.budget_min:.0f}" if results.budget_min else ""
    ended = "" if results.finished else "; it was cut off"
    climbs = [
        f"{setting}: {_list(str(calls) for calls in sorted(numbers))} calls"
        for setting in dict.fromkeys(run.setting for run in results.runs)
        if (numbers := {run.talk.calls for run in results.runs if run.setting == setting})
    ]
    blocks = 1 + max((run.block for run in results.runs), default=0)
    turns = "one turn" if blocks == 1 else f"up to {blocks} turns, alternating"
    lengths = [run.use.seconds for run in results.runs] or [0.0]
    return (
        f"The {results.plan} plan ran for {results.took_min:.0f} minutes{budget}{ended}. "
        f"{'; '.join(climbs)}. Each side had {turns}; a run measured "
        f"{min(lengths):.0f} to {max(lengths):.0f} s behind everybody's first turn. A side stops "
        "climbing two steps past the last clean one."
    )


def _list(words: Iterable[str]) -> str:
    return ", ".join(words)


def _targets(results: Results) -> list[str]:
    lines = [
        "### Targets",
        "",
        "| | wanted | measured | met |",
        "| --- | --- | --- | --- |",
    ]
    verdicts = {True: "yes", False: "**no**", None: "-"}
    lines += [
        f"| {target.what} | {target.wanted} | {target.measured} | {verdicts[target.met]} |"
        for target in targets(results)
    ]
    return [*lines, ""]


def _setting(setting: str, table: Sequence[Row]) -> list[str]:
    lines = [
        f"### Side by side, product on {setting}",
        "",
        "| calls | side | turns | added p50 / p95, ms | missed | failed | gaps "
        "| barge-in p50 / p95, ms | CPU-ms a call-second | waits | memory, MB | late, ms | clean |",
        "| --: | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --- |",
    ]
    lines += [_row(row) for row in table]
    lines.append("")
    for side in dict.fromkeys(row.side for row in table):
        base, slope = memory(table, side, setting)
        lines.append(
            f"- {side}: clean up to {clean_calls(table, side, setting)} calls; "
            f"{base:.0f} MB before the first call"
            + ("" if isnan(slope) else f" and {slope:.1f} MB more for each")
        )
    return [*lines, "", *_by_part(table)]


def _row(row: Row) -> str:
    mark = " (disturbed)" if row.disturbed else ""
    return (
        f"| {row.calls} | {row.side} | {row.turns} | {row.p50_ms:.0f} / {row.p95_ms:.0f} "
        f"| {row.missed} | {row.failed} | {row.gaps} "
        f"| {row.barge_in_p50_ms:.0f} / {row.barge_in_p95_ms:.0f} "
        f"| {row.cpu_ms:.0f} | {row.wait_share:.0%} | {row.memory_mb:.0f} | {row.late_ms:.1f} "
        f"| {'yes' if row.clean else 'no'}{mark} |"
    )


def _by_part(table: Sequence[Row]) -> list[str]:
    ours = [row for row in table if len(row.parts_ms) > 1]
    if not ours:
        return []
    parts = list(ours[0].parts_ms)
    lines = [
        "CPU-ms a call-second of Convonet, by part:",
        "",
        f"| calls | {' | '.join(parts)} | without the three servers |",
        "| --: |" + " --: |" * (len(parts) + 1),
    ]
    for row in ours:
        own = sum(ms for part, ms in row.parts_ms.items() if part not in _SERVERS)
        cells = " | ".join(f"{row.parts_ms[part]:.1f}" for part in parts)
        lines.append(f"| {row.calls} | {cells} | {own:.1f} |")
    return [*lines, ""]


_SERVERS: Final = ("temporal", "valkey", "postgres")


def _kills(kills: Sequence[Kill]) -> list[str]:
    if not kills:
        return []
    lines = [
        "### Killed with SIGKILL in the middle of an answer",
        "",
        "| side | part | calls | conversations lost | silence of the first caller, ms "
        "| of its answer, heard | messages the model got, before / after | went on |",
        "| --- | --- | --: | --: | --: | --: | --- | --- |",
    ]
    for kill in kills:
        before, after = (" ".join(map(str, m)) for m in (kill.messages_before, kill.messages_after))
        lines.append(
            f"| {kill.side} | {kill.part} | {kill.calls} | {kill.conversations_lost} "
            f"| {kill.silence_ms:.0f} | {kill.answer_heard_ms / 1_000:.1f} s "
            f"| {before} / {after} | {'yes' if kill.went_on else 'no'} |"
        )
    return [
        *lines,
        "",
        "Callers wait 10 s for the rest of an answer that broke off, then they speak again. "
        "Whatever was killed is started again at once, on both sides.",
        "",
    ]


def _long_call(call: LongCall) -> list[str]:
    lines = [
        f"### Where the time of a turn goes ({call.turns} turns, one call, both cores)",
        "",
        "| stage | p50, ms | p95, ms | |",
        "| --- | --: | --: | --- |",
    ]
    lines += [_stage(stage, _STAGES[stage.name]) for stage in call.stages]
    lines.append(_stage(call.server_signal_to_started_ms, "the same by Temporal's own clock"))
    kinds = ", ".join(f"{count} {name}" for name, count in call.events_of_a_turn.items())
    return [
        *lines,
        "",
        f"Temporal keeps {call.events_per_turn:.1f} events and {call.bytes_per_turn / 1024:.1f} KB "
        f"a turn ({call.events} events, {call.bytes / 1024:.0f} KB in all): {kinds}.",
        "",
    ]


def _stage(stage: Stage, meaning: str) -> str:
    return f"| {stage.name} | {stage.p50_ms:.0f} | {stage.p95_ms:.0f} | {meaning} |"


def _offline(offline: Offline) -> list[str]:
    first, *later = offline.reply_ms
    return [
        "### Offline: hearing, thinking and speaking on this machine",
        "",
        f"First answer {first} ms after the caller's last sound, later ones "
        f"{percentile(later, 50):.0f} ms (median of {len(later)}).",
        "",
    ]


def _fakes(results: Results) -> list[str]:
    late = "; ".join(
        f"{stage.name} {stage.p50_ms:.1f} / {stage.p95_ms:.1f}" for stage in results.fakes
    )
    share = max((run.fakes_cpu_s / run.use.seconds for run in results.runs), default=0.0)
    callers = max((run.caller_cpu_s / run.use.seconds for run in results.runs), default=0.0)
    return [
        "### The measuring itself",
        "",
        "Called by bare sockets, without any side, the fake providers are late by "
        f"(ms, p50 / p95): {late}. With that a turn's floor is {results.floor_ms:.1f} ms, which is "
        f"what was taken out. At most they used {share:.0%} of a core, the callers {callers:.0%}.",
        f"Runs thrown away and repeated because they were disturbed: "
        f"{sum(run.repeated for run in results.runs)}; disturbed again and marked so: "
        f"{sum(bool(run.disturbed) for run in results.runs)} of {len(results.runs)}.",
        "",
    ]
