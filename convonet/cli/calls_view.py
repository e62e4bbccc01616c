"""How conversations that were held are shown to people."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from convonet.cli.shown import shown
from convonet.contracts.assistant import Step, ToolCall, ToolResult, ToolState
from convonet.db.conversations import CallRecord, CallSummary, TurnRecord

STAGES: Final = ("endpointing", "stt", "durability", "llm_first_token", "tts_first_audio")
"""Where a turn's time goes, in that order; see `contracts.voice.Timings`."""

Line = tuple[str, Text]
"""Who or what, and the words."""


def call_list(calls: Sequence[CallSummary]) -> RenderableType:
    """Return a table with one line a call."""
    if not calls:
        return shown("No calls yet: place one with `convonet call` or on the page.")
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("call", "began", "caller", "length", "turns", "ended"):
        table.add_column(
            heading,
            no_wrap=heading in ("call", "began"),
            justify="right" if heading == "turns" else "left",
        )
    for call in calls:
        caller, ended = call.caller_name or "(account deleted)", call.end_reason or "still going on"
        cells = (call.call_id, _local(call.started_at), caller, _length(call), str(call.turns))
        table.add_row(*(shown(cell) for cell in (*cells, ended)))
    return table


def call_details(call: CallRecord) -> Iterator[RenderableType]:
    """Return what is known of a call: its circumstances, then turn by turn."""
    summary = call.summary
    yield shown(f"call {summary.call_id}", "bold")
    yield shown(
        f"{summary.caller_name or '(account deleted)'} by {summary.channel}, "
        f"{_local(summary.started_at)}, {_length(summary) or 'still going on'}"
        + (f", ended by {summary.end_reason}" if summary.end_reason else "")
    )
    providers = summary.providers
    yield shown(f"{providers.stt} · {providers.llm} · {providers.tts}", "dim")
    yield shown(f"workflow {summary.workflow_id}", "dim")
    for turn in call.turns:
        yield Text()
        yield _turn(turn)
    if not call.turns:
        yield shown("\nNothing was said.")


def _turn(turn: TurnRecord) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right", style="dim", width=12)
    table.add_column(overflow="fold")
    at = f" at {turn.at.astimezone():%H:%M:%S}" if turn.at else ""
    table.add_row("", shown(f"turn {turn.ordinal + 1}{at}", "dim"))
    for who, words in _lines(turn):
        table.add_row(who, words)
    return table


def _lines(turn: TurnRecord) -> Iterator[Line]:
    if turn.said:
        yield "typed" if turn.typed else "caller", shown(turn.said, "cyan")
    for step in turn.steps:
        if step.text:
            yield "assistant", shown(step.text, "bold")
        yield from _tools(step)
    yield "heard", _heard(turn)
    if any(turn.timings_ms.values()):
        yield "timings", shown(_timings(turn.timings_ms), "dim")


def _tools(step: Step) -> Iterator[Line]:
    results = {result.call_id: result for result in step.results}
    for call in step.calls:
        yield "tool", _tool(call, results.get(call.id))


def _tool(call: ToolCall, result: ToolResult | None) -> Text:
    if result is None:
        return shown(f"{call.name} has not ended yet", "yellow")
    style = "green" if result.state is ToolState.SUCCEEDED else "red"
    tail = f": {result.summary}" if result.summary else ""
    return shown(f"{call.name} {result.state.value.replace('_', ' ')}{tail}", style)


def _heard(turn: TurnRecord) -> Text:
    if turn.heard is None:
        return shown("not known yet", "dim")
    if turn.interrupted:
        words = f"“{turn.heard}”, then interrupted" if turn.heard else "nothing: interrupted before"
        return shown(words, "yellow")
    whole = " ".join(turn.heard.split()) == " ".join(turn.generated.split())
    return shown("all of it", "dim") if whole else shown(f"“{turn.heard}”", "yellow")


def _timings(timings_ms: dict[str, int]) -> str:
    stages = ", ".join(f"{name} {timings_ms[name]}" for name in STAGES if timings_ms.get(name))
    return f"{timings_ms.get('total', 0)} ms = {stages}"


def _length(call: CallSummary) -> str:
    if call.ended_at is None:
        return ""
    seconds = max(0, round((call.ended_at - call.started_at) / timedelta(seconds=1)))
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def _local(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M:%S}"
